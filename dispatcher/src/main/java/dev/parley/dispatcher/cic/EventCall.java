package dev.parley.dispatcher.cic;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.multipart.EventBody;
import dev.parley.protocol.multipart.MultipartReader;
import dev.parley.protocol.record.TurnStatus;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event request, streamed while the user speaks: one duplex HTTP/2 stream with two virtual
 * threads, one that writes what is queued and one that reads the response, which may begin before
 * the upload ends. The first of {@link Listener#ended} and {@link Listener#broken} is the last word
 * of a call.
 */
public final class EventCall {
  private static final Logger log = LoggerFactory.getLogger(EventCall.class);

  /** A whole utterance of a minute: more than this is never held for one turn. */
  private static final long MOST_QUEUED_BYTES = 2 * 1024 * 1024;

  /** How often a turn may find that its connection is not its downchannel's. */
  private static final int MOST_STRAYS = 3;

  private static final int MOST_ERROR_BYTES = 64 * 1024;

  /** Told how it goes, on the call's threads. */
  public interface Listener extends Receiver {
    /** The request's head and metadata are on their way. */
    void requested();

    /** Everything is on its way, the final boundary too. */
    void uploaded();

    /** The response came to its orderly end. */
    void ended(int status);

    /** The call can't go on. */
    void broken(TurnStatus status, String reason, String detail);
  }

  /** What the writing thread finds in its queue. */
  private sealed interface Piece {
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Chunk(byte[] pcm) implements Piece {}

    record End() implements Piece {}
  }

  private final Cic cic;
  private final DeviceLink link;
  private final TurnId turn;
  private final byte[] metadata;
  private final Listener listener;
  private final StreamReader reader;
  private final EventBody body;
  private final BlockingQueue<Piece> queue = new LinkedBlockingQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private volatile boolean aborted;
  private volatile @Nullable Call call;
  private volatile @Nullable Thread writer;

  private EventCall(
      Cic cic,
      DeviceLink link,
      AttachmentStore store,
      TurnId turn,
      byte[] metadata,
      Listener listener) {
    this.cic = cic;
    this.link = link;
    this.turn = turn;
    this.metadata = metadata;
    this.listener = listener;
    this.reader = new StreamReader(turn.device(), turn.dialog(), store, listener);
    this.body =
        new EventBody(UUID.randomUUID().toString().replace("-", ""), cic.settings().layout());
  }

  static EventCall start(
      Cic cic,
      DeviceLink link,
      AttachmentStore store,
      TurnId turn,
      Attempt attempt,
      byte[] metadata,
      Listener listener) {
    EventCall event = new EventCall(cic, link, store, turn, metadata, listener);
    Thread.ofVirtual().name("turn-" + turn + "-" + attempt).start(event::run);
    return event;
  }

  /**
   * Queues a chunk; never waits.
   *
   * @param pcm not changed afterwards
   * @return false when CIC takes so little that too much is queued already
   */
  public boolean send(byte[] pcm) {
    if (queuedBytes.addAndGet(pcm.length) > MOST_QUEUED_BYTES) {
      return false;
    }
    queue.add(new Piece.Chunk(pcm));
    return true;
  }

  /** Gives the call up because CIC takes too little of it. Never waits. */
  public void overflow() {
    abort();
    listener.broken(
        TurnStatus.FAILED,
        "overflow",
        "CIC took so little that more than "
            + MOST_QUEUED_BYTES / 1024
            + " KiB of speech were waiting");
  }

  /** After what is queued, ends the request. Never waits. */
  public void finish() {
    queue.add(new Piece.End());
  }

  /** Breaks the call off; the listener hears nothing that matters afterwards. Never waits. */
  public void abort() {
    aborted = true;
    Call started = call;
    Thread writing = writer;
    if (started != null) {
      // Cancelling writes RST_STREAM, which can wait for the socket.
      Thread.ofVirtual().start(started::cancel);
    }
    if (writing != null) {
      writing.interrupt();
    }
    queue.clear();
  }

  private void run() {
    try {
      for (int strays = 0; strays < MOST_STRAYS; strays++) {
        Optional<Fault> fault = link.awaitHello(cic.settings().helloLimit());
        if (fault.isPresent()) {
          broken(fault.get());
          return;
        }
        if (exchange()) {
          return;
        }
      }
      broken(
          Fault.failed(
              "wrong-connection",
              "events of this device keep leaving the connection of its downchannel;"
                  + " fewer devices per lane may help"));
    } catch (IOException e) {
      broken(Fault.of(e));
    } catch (MalformedException e) {
      broken(
          Fault.failed("unreadable-response", "CIC's response can't be read: " + e.getMessage()));
    } catch (InterruptedException e) {
      broken(Fault.failed("released", "the dispatcher stopped"));
    } catch (RuntimeException e) {
      log.error("turn {}: {}", turn, e.toString(), e);
      broken(Fault.failed("internal", "the dispatcher failed on this turn"));
    } finally {
      Thread writing = writer;
      if (writing != null) {
        writing.interrupt();
      }
    }
  }

  /**
   * Sends and reads; false when nothing was sent because it would not have gone where it must (C5).
   */
  private boolean exchange() throws IOException, MalformedException, InterruptedException {
    Optional<Request.Builder> request = cic.request(turn.device(), "v1/events");
    if (request.isEmpty()) {
      broken(Fault.failed("no-credentials", "no credentials are configured for this device"));
      return true;
    }
    SameConnection.Track track = link.track();
    Call started =
        link.lane()
            .client()
            .newCall(
                request.get().tag(SameConnection.Track.class, track).post(new Upload()).build());
    call = started;
    if (aborted) {
      return true;
    }
    try {
      read(started);
    } catch (IOException e) {
      if (!track.strayed() || aborted) {
        throw e;
      }
      link.reopen(track);
      return false;
    }
    return true;
  }

  private void read(Call started) throws IOException, MalformedException, InterruptedException {
    try (Response response = started.execute()) {
      if (response.protocol() == Protocol.HTTP_1_1) {
        broken(Fault.failed("not-http2", "CIC must speak HTTP/2 and answered with HTTP/1.1"));
        return;
      }
      String type = response.header("Content-Type");
      if (type != null && type.regionMatches(true, 0, "multipart/", 0, 10)) {
        reader.readAll(
            response.body(), MultipartReader.boundaryOf(type), MultipartReader.Limits.DEFAULT);
      } else {
        bareDirective(response.body());
      }
      listener.ended(response.code());
      Thread writing = writer;
      if (response.isSuccessful() && writing != null) {
        // A response may end before the request does: the stream is not ours to close yet.
        writing.join();
      }
    }
  }

  /** Errors may come as one bare JSON message (C38); anything else is drained and forgotten. */
  private void bareDirective(ResponseBody response) throws IOException {
    response.source().request(MOST_ERROR_BYTES);
    byte[] json = response.source().getBuffer().readByteArray();
    if (json.length > 0) {
      try {
        listener.directive(Directive.parse(json));
      } catch (MalformedException e) {
        listener.ignored("a body that is not a directive: " + e.getMessage());
      }
    }
  }

  private void broken(Fault fault) {
    listener.broken(fault.status(), fault.reason(), fault.detail());
  }

  private final class Upload extends RequestBody {
    @Override
    public MediaType contentType() {
      return MediaType.get(body.contentType());
    }

    /** {@link #writeTo} returns at once and the sink is written to later. */
    @Override
    public boolean isDuplex() {
      return true;
    }

    /** Otherwise the client would send a body again by itself. */
    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) {
      writer = Thread.ofVirtual().name("upload-" + turn).start(() -> write(sink));
    }

    private void write(BufferedSink sink) {
      try {
        sink.write(body.metadata(metadata));
        sink.flush();
        listener.requested();
        int index = 0;
        while (true) {
          Piece piece = queue.poll();
          if (piece == null) {
            // Nothing more at once: what was written goes out now.
            sink.flush();
            piece = queue.take();
          }
          switch (piece) {
            case Piece.Chunk chunk -> {
              sink.write(body.beforeChunk(index++));
              sink.write(chunk.pcm());
              queuedBytes.addAndGet(-chunk.pcm().length);
            }
            case Piece.End end -> {
              sink.write(body.end());
              sink.close();
              listener.uploaded();
              return;
            }
          }
        }
      } catch (IOException e) {
        // The reading thread meets the same end and says what it was.
        log.debug("turn {}: upload ended early: {}", turn, e.toString());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
