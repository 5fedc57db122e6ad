package dev.parley.dispatcher.cic;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.multipart.EventBody;
import dev.parley.protocol.multipart.MultipartReader;
import dev.parley.protocol.record.Ending;
import dev.parley.protocol.record.Ending.Known;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.Protocol;
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
  private static final MultipartReader.Limits ERROR_LIMITS =
      new MultipartReader.Limits(8, 4 * 1024, MOST_ERROR_BYTES, MOST_ERROR_BYTES);

  /** Told how it goes, on the call's threads. */
  public interface Listener extends Receiver {
    /** The request's head and metadata are on their way. */
    void requested();

    /** Everything is on its way, the final boundary too. */
    void uploaded();

    /**
     * The response came to its orderly end.
     *
     * @param error the exception that came with an error status
     * @param retryAfterMillis what CIC asked for; 0 when it did not say
     */
    void ended(int status, Optional<Directive> error, long retryAfterMillis);

    /**
     * The call can't go on.
     *
     * @param mayHeal whether another try may fare better
     */
    void broken(Ending ending, String detail, boolean mayHeal);
  }

  /** What the writing thread finds in its queue. */
  private sealed interface Piece {
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Chunk(byte[] pcm) implements Piece {}

    record End() implements Piece {}

    /** The call is over; nothing more is written. */
    record Stop() implements Piece {}
  }

  private final Cic cic;
  private final DeviceLink link;
  private final TurnId turn;
  private final byte[] metadata;
  private final Listener listener;
  private final AttachmentStore store;
  private final EventBody body;
  private final BlockingQueue<Piece> queue = new LinkedBlockingQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private volatile boolean aborted;
  private volatile @Nullable Call call;
  private volatile @Nullable Thread writer;
  private volatile @Nullable Lane lane;

  /** Since when the writing thread has been writing the same thing; 0 while it is not. */
  private volatile long writingSinceNanos;

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
    this.store = store;
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
    cic.held().began(event);
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
    if (queuedBytes.get() + pcm.length > MOST_QUEUED_BYTES) {
      return false;
    }
    held(pcm.length);
    queue.add(new Piece.Chunk(pcm));
    if (aborted) {
      empty();
    }
    return true;
  }

  /** Bytes that wait for CIC to take them. Any thread. */
  public long heldBytes() {
    return queuedBytes.get();
  }

  private void held(long more) {
    queuedBytes.addAndGet(more);
    cic.held().add(more);
  }

  private void empty() {
    for (Piece piece = queue.poll(); piece != null; piece = queue.poll()) {
      if (piece instanceof Piece.Chunk chunk) {
        held(-chunk.pcm().length);
      }
    }
  }

  /** Gives the call up because all turns together hold too much and this one most. Never waits. */
  void shed() {
    listener.broken(
        Known.SHED, "too much speech was waiting for CIC, and of this turn the most", false);
    abort();
  }

  /** Gives the call up because CIC takes too little of it. Never waits. */
  public void overflow() {
    listener.broken(
        Known.OVERFLOW,
        "CIC took so little that more than "
            + MOST_QUEUED_BYTES / 1024
            + " KiB of speech were waiting",
        false);
    abort();
  }

  /**
   * Gives the call up if CIC has taken nothing for {@code limit} though there is something to take.
   * OkHttp's own time-outs do not see a duplex write that waits for the flow-control window. Never
   * waits.
   */
  public void checkProgress(Duration limit) {
    long since = writingSinceNanos;
    if (since != 0 && !aborted && System.nanoTime() - since > limit.toNanos()) {
      // Said first: what the reading thread meets afterwards is our own reset.
      broken(new Fault(Known.STUCK, "CIC took none of the turn for " + limit.toSeconds() + " s"));
      abort();
      Lane here = lane;
      if (here != null) {
        cic.allLanes().stuck(here);
      }
    }
  }

  /** After what is queued, ends the request. Never waits. */
  public void finish() {
    queue.add(new Piece.End());
  }

  /** Breaks the call off; the listener hears nothing that matters afterwards. Never waits. */
  public void abort() {
    aborted = true;
    stopWriting();
  }

  /**
   * Resets the stream, unless it has ended, which frees a writing thread that waits for its window.
   * That thread is not interrupted: in a write to the socket this would close the connection, and
   * on it the neighbours' streams.
   */
  private void stopWriting() {
    Call started = call;
    if (started != null) {
      started.cancel();
    }
    empty();
    cic.held().ended(this);
    queue.add(new Piece.Stop());
  }

  private void run() {
    link.turnBegins();
    try {
      for (int strays = 0; strays < MOST_STRAYS; strays++) {
        switch (link.awaitHello(cic.settings().helloLimit())) {
          case DeviceLink.Hello.Missing missing -> {
            broken(missing.fault());
            return;
          }
          case DeviceLink.Hello.On on -> {
            if (exchange(on.lane())) {
              return;
            }
          }
        }
      }
      broken(
          new Fault(
              Known.WRONG_CONNECTION,
              "events of this device keep leaving the connection of its downchannel;"
                  + " fewer devices per lane may help"));
    } catch (IOException e) {
      broken(Fault.of(e));
    } catch (MalformedException e) {
      broken(
          new Fault(Known.UNREADABLE_RESPONSE, "CIC's response can't be read: " + e.getMessage()));
    } catch (InterruptedException e) {
      broken(new Fault(Known.RELEASED, "the dispatcher stopped"));
    } catch (RuntimeException e) {
      log.error("turn {}: {}", turn, e.toString(), e);
      broken(Fault.of(Known.INTERNAL));
    } finally {
      aborted = true;
      stopWriting();
      link.turnEnds();
    }
  }

  /**
   * Sends and reads; false when nothing was sent because it would not have gone where it must (C5).
   */
  private boolean exchange(Lane on) throws IOException, MalformedException, InterruptedException {
    Optional<DeviceIdentity> identity = cic.identity(turn.device());
    if (identity.isEmpty()) {
      broken(Fault.of(Known.NO_CREDENTIALS));
      return true;
    }
    if (!cic.allLanes().enter(on)) {
      return false;
    }
    lane = on;
    SameConnection.Track track = new SameConnection.Track(on);
    Call started =
        on.client()
            .newCall(
                cic.request(identity.get(), "v1/events")
                    .tag(SameConnection.Track.class, track)
                    .post(new Upload())
                    .build());
    call = started;
    try {
      if (!aborted) {
        read(started, on, identity.get().token());
      }
      return true;
    } catch (IOException e) {
      if (track.strayed() && !aborted) {
        cic.allLanes().strayed(on, link);
        return false;
      }
      cic.allLanes().failed(on, e);
      throw e;
    } finally {
      cic.allLanes().exit(on);
    }
  }

  private void read(Call started, Lane on, String token)
      throws IOException, MalformedException, InterruptedException {
    try (Response response = started.execute()) {
      if (response.protocol() == Protocol.HTTP_1_1) {
        broken(Fault.of(Known.NOT_HTTP2));
        return;
      }
      if (!response.isSuccessful()) {
        if (response.code() == 412) {
          link.reopen(on);
        }
        if (response.code() == 401 && cic.refreshed(turn.device(), token)) {
          link.reopenIfShown(on, token);
          // What was sent is gone from here, so the flow makes the other try (C39).
          listener.broken(
              new Ending.Refused(401), "CIC refused the token; there is a fresh one", true);
          return;
        }
        listener.ended(
            response.code(), error(response), RetryAfter.millis(response.header("Retry-After")));
        return;
      }
      String type = contentType(response);
      if (isMultipart(type)) {
        new StreamReader(turn.device(), turn.dialog(), store, listener)
            .readAll(
                response.body(), MultipartReader.boundaryOf(type), MultipartReader.Limits.DEFAULT);
      } else {
        bareDirective(response.body()).ifPresent(listener::directive);
      }
      listener.ended(response.code(), Optional.empty(), 0);
      cic.allLanes().well(on);
      Thread writing = writer;
      if (response.isSuccessful() && writing != null) {
        // A response may end before the request does: the stream is not ours to close yet.
        writing.join();
      }
    }
  }

  private static boolean isMultipart(String type) {
    return type.regionMatches(true, 0, "multipart/", 0, 10);
  }

  private static String contentType(Response response) {
    String type = response.header("Content-Type");
    return type == null ? "" : type;
  }

  /** The exception in the body of an error (C38), held back: another try may make it untrue. */
  private Optional<Directive> error(Response response) throws IOException {
    String type = contentType(response);
    if (!isMultipart(type)) {
      return bareDirective(response.body());
    }
    FirstDirective first = new FirstDirective();
    try {
      new StreamReader(turn.device(), turn.dialog(), AttachmentStore.NONE, first)
          .readAll(response.body(), MultipartReader.boundaryOf(type), ERROR_LIMITS);
    } catch (MalformedException e) {
      listener.ignored("an error's body can't be read: " + e.getMessage());
    }
    return first.directive();
  }

  /** Errors may come as one bare JSON message (C38); anything else is drained and forgotten. */
  private Optional<Directive> bareDirective(ResponseBody response) throws IOException {
    var _ = response.source().request(MOST_ERROR_BYTES);
    byte[] json = response.source().getBuffer().readByteArray();
    if (json.length > 0) {
      try {
        return Optional.of(Directive.parse(json));
      } catch (MalformedException e) {
        listener.ignored("a body that is not a directive: " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  private void broken(Fault fault) {
    listener.broken(fault.ending(), fault.detail(), fault.mayHeal());
  }

  private final class Upload extends RequestBody {
    // Asked for more than once, and parsed by regular expressions.
    private final MediaType contentType = MediaType.get(body.contentType());

    @Override
    public MediaType contentType() {
      return contentType;
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

    private void writing(boolean now) {
      writingSinceNanos = now ? Math.max(1, System.nanoTime()) : 0;
    }

    private void write(BufferedSink sink) {
      try {
        writing(true);
        sink.write(body.metadata(metadata));
        sink.flush();
        writing(false);
        listener.requested();
        int index = 0;
        while (true) {
          Piece piece = queue.poll();
          if (piece == null) {
            // Nothing more at once: what was written goes out now.
            sink.flush();
            writing(false);
            piece = queue.take();
          }
          writing(true);
          switch (piece) {
            case Piece.Chunk chunk -> {
              sink.write(body.beforeChunk(index++));
              sink.write(chunk.pcm());
              held(-chunk.pcm().length);
            }
            case Piece.End end -> {
              sink.write(body.end());
              sink.close();
              writing(false);
              listener.uploaded();
              return;
            }
            case Piece.Stop stop -> {
              // The stream was reset before: closing writes nothing, it lets OkHttp forget the
              // call.
              sink.close();
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
