package dev.parley.dispatcher.cic;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.multipart.EventBody;
import dev.parley.protocol.record.Ending;
import dev.parley.protocol.record.Ending.Known;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event request, streamed while the user speaks: one duplex HTTP/2 stream with two virtual
 * threads, one that writes what is queued and one that reads the response. Each side ends by
 * itself: the response may end before the upload does, and stands although CIC then takes no more
 * (C48). The first of {@link Listener#ended} and {@link Listener#broken} is the last word on the
 * response.
 */
public final class EventCall {
  private static final Logger log = LoggerFactory.getLogger(EventCall.class);

  /** How often a turn may find that its connection is not its downchannel's. */
  private static final int MOST_STRAYS = 3;

  /** So many times the limit of a stuck upload may one last that is over. */
  private static final int OVER_AND_STUCK = 3;

  /** Told how it goes, on the call's threads. */
  public interface Listener extends Receiver {
    /** The request's head and metadata are on their way. */
    void requested();

    /** Everything is on its way, the final boundary too. */
    void uploaded();

    /** CIC has answered in full and takes no more of the request; after {@link #ended}. */
    void uploadRefused();

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

  private final Cic cic;
  private final DeviceLink link;
  private final TurnId turn;
  private final Listener listener;
  private final EventAnswer answer;
  private final EventUpload upload;
  private volatile boolean aborted;
  private volatile @Nullable Exchange exchange;

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
    this.listener = listener;
    this.answer = new EventAnswer(turn, store, listener);
    this.upload =
        new EventUpload(
            "upload-" + turn,
            new EventBody(UUID.randomUUID().toString().replace("-", ""), cic.settings().layout()),
            metadata,
            cic.held(),
            new EventUpload.Progress() {
              @Override
              public void requested() {
                listener.requested();
              }

              @Override
              public void uploaded() {
                listener.uploaded();
              }

              @Override
              public void failed(RuntimeException cause) {
                uploadFailed(cause);
              }
            });
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
    return upload.add(pcm);
  }

  /** Bytes that wait for CIC to take them. Any thread. */
  public long heldBytes() {
    return upload.queuedBytes();
  }

  /** Gives the call up because all turns together hold too much and this one most. Never waits. */
  void shed() {
    giveUp(new Fault(Known.SHED, "too much speech was waiting for CIC, and of this turn the most"));
  }

  /** Gives the call up because CIC takes too little of it. Never waits. */
  public void overflow() {
    giveUp(
        new Fault(
            Known.OVERFLOW,
            "CIC took so little that more than "
                + EventUpload.MOST_QUEUED_BYTES / 1024
                + " KiB of speech were waiting"));
  }

  /**
   * Gives the call up if CIC has taken nothing for {@code limit} though there is something to take.
   * OkHttp's own time-outs do not see a duplex write that waits for the flow-control window. A call
   * that is answered in full has no use for more, and one that is refused takes none. Never waits.
   */
  public void checkProgress(Duration limit) {
    Exchange now = exchange;
    if (now == null || now.isRefused() || !upload.isStuck(limit)) {
      return;
    }
    boolean isOver = aborted || now.isAnswered();
    if (!aborted) {
      giveUp(new Fault(Known.STUCK, "CIC took none of the turn for " + limit.toSeconds() + " s"));
    }
    // A reset frees who waits for the window; who is stuck still waits for the socket.
    if (!isOver || upload.isStuck(limit.multipliedBy(OVER_AND_STUCK))) {
      cic.allLanes().stuck(now.lane(), link);
    }
  }

  /**
   * What is answered in full is not given up: only the rest of it is not sent. Else it is said
   * first: what the reading thread meets afterwards is our own reset.
   */
  private void giveUp(Fault why) {
    Exchange now = exchange;
    if (now != null && now.isAnswered()) {
      now.reset();
      upload.stop();
      return;
    }
    try {
      broken(why);
    } finally {
      abort();
    }
  }

  /** After what is queued, ends the request. Never waits. */
  public void finish() {
    upload.finish();
  }

  /** Breaks the call off; the listener hears nothing that matters afterwards. Never waits. */
  public void abort() {
    aborted = true;
    stopWriting();
  }

  private void stopWriting() {
    Exchange now = exchange;
    if (now != null) {
      now.reset();
    }
    upload.stop();
    cic.held().ended(this);
  }

  private void uploadFailed(RuntimeException cause) {
    log.error("turn {}: {}", turn, cause.toString(), cause);
    giveUp(Fault.of(Known.INTERNAL));
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
              "events of this device keep leaving the connection of its downchannel; " + advice()));
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

  private String advice() {
    Exchange last = exchange;
    return last != null && last.lane().streamsAllowed() < 2
        ? "CIC allows one stream on a connection, and a device needs two"
        : "fewer devices per lane may help";
  }

  /** False when nothing was sent because it would not have gone where it must (C5). */
  private boolean exchange(Lane on) throws IOException, MalformedException, InterruptedException {
    Optional<DeviceIdentity> identity = cic.identity(turn.device());
    if (identity.isEmpty()) {
      broken(Fault.of(Known.NO_CREDENTIALS));
      return true;
    }
    if (!cic.allLanes().enter(on)) {
      return false;
    }
    try {
      Exchange next =
          new Exchange(cic, link, on, identity.get(), upload, answer, listener, () -> aborted);
      exchange = next;
      return next.run();
    } finally {
      cic.allLanes().exit(on);
    }
  }

  private void broken(Fault fault) {
    listener.broken(fault.ending(), fault.detail(), fault.mayHeal());
  }
}
