package dev.parley.dispatcher.cic;

import dev.parley.dispatcher.cic.Opening.Outcome;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.Ending.Known;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device's time on one lane: a virtual thread of its own opens the downchannel there, reads it,
 * and opens it again whenever it ends, until the device has moved or is closed. What {@link
 * Presence} guards is named so.
 */
final class Downchannel implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Downchannel.class);

  final Lane lane;
  private final DeviceLink link;
  private final Cic cic;
  private final Receiver receiver;
  private final boolean moved;

  /** Whether a fresh token was asked for since the last Hello; its own thread's. */
  private boolean refreshed;

  /** The one that is open or being opened; guarded by {@link Presence}. */
  @Nullable Opening opening;

  /** Whether it is its turn; guarded by {@link Presence}. */
  boolean mayOpen;

  /** The token that it was opened with; guarded by {@link Presence}. */
  String shown = "";

  /**
   * Nothing is opened yet.
   *
   * @param pushed told all that comes but Hello
   * @param moved whether the device comes from another lane
   */
  Downchannel(DeviceLink link, Cic cic, Lane lane, Receiver pushed, boolean moved) {
    this.link = link;
    this.cic = cic;
    this.lane = lane;
    this.receiver = new HelloFirst(pushed);
    this.moved = moved;
  }

  /** It is this device's turn. Any thread. */
  void mayOpen() {
    link.presence().mayOpen(this);
  }

  @Override
  public void run() {
    try {
      if (moved) {
        link.pauseBeforeMoving(this);
      }
      while (!live()) {
        // Something unexpected happened; the log has it.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      link.presence().left(this);
      cic.allLanes().exit(lane);
    }
  }

  /** Whether it has come to its end; false when it is to be taken up again. */
  private boolean live() throws InterruptedException {
    try {
      while (link.presence().isAt(this) && !cic.isClosed()) {
        if (lane.isLeft()) {
          link.rehome(lane);
          return true;
        }
        if (!cic.holdsLease()) {
          link.awaitLease(this);
        } else if (link.presence().awaitNext(this)
            && awaitLeave()
            && cic.holdsLease()
            && !cic.isClosed()) {
          openAndRead();
        }
      }
      return true;
    } catch (RuntimeException e) {
      log.error("the downchannel of {} failed: {}", link.device(), e.toString(), e);
      link.down(this, Outcome.of(new Fault(Known.INTERNAL, "the downchannel's keeper failed")), "");
      return false;
    }
  }

  /** Waits for leave to open; false when it is not wanted here any more. */
  private boolean awaitLeave() throws InterruptedException {
    cic.openings().ask(this, link.presence().hasOpenTurn());
    boolean may = link.presence().awaitMayOpen(this);
    if (!may) {
      cic.openings().forget(this);
    }
    return may;
  }

  private void openAndRead() throws InterruptedException {
    Optional<DeviceIdentity> identity = cic.identity(link.device());
    if (identity.isEmpty()) {
      link.down(this, Outcome.of(Fault.of(Known.NO_CREDENTIALS)), "");
      return;
    }
    String token = identity.get().token();
    Outcome outcome = open(identity.get());
    if (outcome.fault().filter(Fault::isRefusedToken).isPresent()
        && !refreshed
        && link.presence().isAt(this)
        && cic.refreshed(link.device(), token)) {
      refreshed = true;
      return;
    }
    // Said before the lane is judged: whoever moves away takes the reason along.
    boolean hadHello = link.down(this, outcome, token);
    refreshed = refreshed && !hadHello;
    if (outcome.strayed()) {
      cic.allLanes().strayed(lane, link);
    } else if (outcome.expired()) {
      cic.allLanes().hung(lane, link);
    } else {
      outcome.cause().ifPresent(cause -> cic.allLanes().failed(lane, link, cause));
    }
  }

  private Outcome open(DeviceIdentity identity) throws InterruptedException {
    boolean first = lane.isFirst();
    Opening next = new Opening(cic, lane, identity);
    if (!link.opens(this, next, identity.token())) {
      if (first) {
        lane.notAnswered();
      }
      return Outcome.ENDED;
    }
    cic.allLanes().forgive(lane);
    return next.run(
        first,
        cic.settings().openingLimit(),
        new StreamReader(link.device(), link.device(), link.store(), receiver));
  }

  /** Keeps Hello to itself and lets all else pass. */
  private final class HelloFirst implements Receiver {
    private final Receiver pushed;

    HelloFirst(Receiver pushed) {
      this.pushed = pushed;
    }

    @Override
    public void directive(Directive directive) {
      if (directive instanceof Directive.Hello) {
        link.up(Downchannel.this);
        cic.allLanes().greeted(lane, link);
      } else {
        pushed.directive(directive);
      }
    }

    @Override
    public void attachmentBegun(
        String attachment, String contentId, String contentType, long offset) {
      pushed.attachmentBegun(attachment, contentId, contentType, offset);
    }

    @Override
    public void attachmentEnded(String attachment, long length, String sha256, boolean whole) {
      pushed.attachmentEnded(attachment, length, sha256, whole);
    }

    @Override
    public void ignored(String reason) {
      pushed.ignored(reason);
    }
  }
}
