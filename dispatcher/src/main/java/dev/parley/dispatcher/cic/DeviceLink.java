package dev.parley.dispatcher.cic;

import dev.parley.dispatcher.cic.Opening.Outcome;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Ending.Known;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A device's place at CIC: its lane and its downchannel, which a virtual thread of its own opens,
 * reads and opens again when it ends (C2, C4, C6). When the lane is left the device moves to
 * another: events that run go on where they are, new ones wait for Hello on the new lane, and the
 * old downchannel is read until CIC ends it, so that what CIC said last is not lost. Any thread.
 */
public final class DeviceLink implements AutoCloseable {
  /** Over so long are the moves of devices spread that have no open turn. */
  private static final long MOVE_JITTER_MILLIS = 1_000;

  /** How often it is seen whether the lease is back. */
  private static final Duration LEASE_LOOK = Duration.ofMillis(200);

  /** How long the old downchannel may still be read once the new one has said Hello. */
  private static final long OLD_GRACE_MILLIS = 1_000;

  /**
   * A turn is not made to wait longer than this for a CIC that takes no connections: the circuit is
   * to hear of it.
   */
  private static final Duration UNREACHABLE = Duration.ofSeconds(5);

  /** What came of waiting for Hello. */
  sealed interface Hello {
    /** Events go over this lane. */
    record On(Lane lane) implements Hello {}

    record Missing(Fault fault) implements Hello {}
  }

  private final Cic cic;
  private final String device;
  private final AttachmentStore store;
  private final Receiver pushed;
  private final Presence presence = new Presence();

  private DeviceLink(Cic cic, String device, AttachmentStore store, Receiver pushed) {
    this.cic = cic;
    this.device = device;
    this.store = store;
    this.pushed = pushed;
  }

  static DeviceLink open(Cic cic, String device, AttachmentStore store, Receiver pushed) {
    DeviceLink link = new DeviceLink(cic, device, store, pushed);
    link.rehome(null);
    return link;
  }

  /**
   * Opens an event request for a turn of this device. It waits for Hello by itself (C3).
   *
   * @param metadata the first part
   * @param listener told how it goes
   */
  public EventCall begin(
      TurnId turn, Attempt attempt, byte[] metadata, EventCall.Listener listener) {
    return EventCall.start(cic, this, store, turn, attempt, metadata, listener);
  }

  /**
   * The partition was given away: another dispatcher is about to open this device's downchannel.
   * Events that run go on and the downchannel is read until it ends, also one that CIC has been
   * asked for; but it is not opened again, on no lane, and events that have not begun yet are
   * refused as {@code released}. Still to be closed.
   */
  public void retire() {
    // CIC takes two openings at almost the same moment for a broken client (C4). But what it has
    // been asked for may be open there already, and be told something.
    presence.retire().filter(opening -> !opening.isSent()).ifPresent(Opening::cancel);
    cic.deaf().remove(this);
  }

  /** Whether no downchannel of it is read any more, or is to be opened. */
  public boolean isSilent() {
    return presence.isSilent();
  }

  /** Ends the downchannel; events that run on are their owner's to abort. Never waits for CIC. */
  @Override
  public void close() {
    presence.close().ifPresent(lane -> cic.allLanes().depart(lane, this));
    presence.openings().forEach(Opening::cancel);
    cic.deaf().remove(this);
  }

  String device() {
    return device;
  }

  AttachmentStore store() {
    return store;
  }

  Presence presence() {
    return presence;
  }

  // ---------------------------------------------------------------------------- for its turns

  /** A turn wants this device's downchannel from now on. */
  void turnBegins() {
    presence.turnBegins().ifPresent(cic.openings()::hurry);
  }

  void turnEnds() {
    presence.turnEnds();
  }

  /** What it would cost to move it away: a downchannel more than a turn that waits for one. */
  int worth() {
    return (presence.isOpened() ? 2 : 0) + (presence.hasOpenTurn() ? 1 : 0);
  }

  /** Waits until the downchannel has said Hello; the fault that is in the way, if it does not. */
  Hello awaitHello(Duration limit) throws InterruptedException {
    long began = System.nanoTime();
    while (true) {
      Presence.State state = presence.state();
      switch (state) {
        case Presence.State.Over over -> {
          return new Hello.Missing(Fault.of(Known.RELEASED));
        }
        case Presence.State.Up up -> {
          return new Hello.On(up.lane());
        }
        case Presence.State.Down down -> {
          long until = began + atMost(limit, down.fault()).toNanos();
          if (isHopeless(down) || until - System.nanoTime() <= 0) {
            return new Hello.Missing(down.fault().orElseGet(() -> noHello(limit)));
          }
          presence.awaitOtherThan(down, until);
        }
      }
    }
  }

  private boolean isHopeless(Presence.State.Down down) {
    return down.fault().filter(Fault::isFinal).isPresent() && !cic.hasOther(device, down.token());
  }

  private static Duration atMost(Duration limit, Optional<Fault> fault) {
    boolean isAway = fault.filter(last -> last.ending() == Known.CIC_UNREACHABLE).isPresent();
    return isAway && UNREACHABLE.compareTo(limit) < 0 ? UNREACHABLE : limit;
  }

  private static Fault noHello(Duration limit) {
    return new Fault(
        Known.NO_HELLO,
        "the device's downchannel was not opened within " + limit.toSeconds() + " s");
  }

  // ---------------------------------------------------------------------------- for its lane

  /** Opens the downchannel anew on this lane, because CIC does not see it there (C40). */
  void reopen(Lane lane) {
    presence.isVoid(lane, Optional.empty()).ifPresent(Opening::cancel);
  }

  /** Opens the downchannel anew if it was opened with this token, which CIC now refuses (C39). */
  void reopenIfShown(Lane lane, String refused) {
    presence.isVoid(lane, Optional.of(refused)).ifPresent(Opening::cancel);
  }

  /** Moves to another lane, if it still lives on {@code from}. */
  void rehome(@Nullable Lane from) {
    Lane to = cic.allLanes().join(this, from);
    Downchannel next = new Downchannel(this, cic, to, pushed, from != null);
    switch (presence.moves(from, next, cic.settings().devicesPerLane() == 1)) {
      case FROM_HELLO -> start(next, from);
      case FROM_NO_HELLO -> {
        start(next, from);
        deaf("its connection was left before CIC said Hello", false);
      }
      case NOT -> {
        if (!presence.isOn(to)) { // Else another thread has brought it there.
          cic.allLanes().depart(to, this);
        }
        cic.allLanes().exit(to);
      }
    }
  }

  private void start(Downchannel next, @Nullable Lane from) {
    if (from != null) {
      cic.allLanes().depart(from, this);
    }
    Thread.ofVirtual().name("downchannel-" + device).start(next);
  }

  /** It has no downchannel, for this reason. */
  private void deaf(String why, boolean isItsOwn) {
    cic.deaf().add(this, device + ": " + why, isItsOwn);
    if (presence.state() instanceof Presence.State.Over) {
      cic.deaf().remove(this);
    }
  }

  // ---------------------------------------------------------------------------- for its
  // downchannel

  /** Devices without a turn do not all come to their new lanes at once. */
  void pauseBeforeMoving(Downchannel downchannel) throws InterruptedException {
    long until =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(
                ThreadLocalRandom.current().nextLong(MOVE_JITTER_MILLIS));
    var _ =
        presence.pause(downchannel, () -> presence.hasOpenTurn() ? 0 : until - System.nanoTime());
  }

  /** Waits a little: the lease may be back then. */
  void awaitLease(Downchannel downchannel) throws InterruptedException {
    long until = System.nanoTime() + LEASE_LOOK.toNanos();
    var _ = presence.pause(downchannel, () -> until - System.nanoTime());
  }

  /** It is being opened, with this token; false when it is not wanted any more. */
  boolean opens(Downchannel downchannel, Opening opening, String token) {
    Presence.Opens opens = presence.opens(downchannel, opening, token);
    if (opens != Presence.Opens.NOT_WANTED) {
      cic.openings().begun(opens == Presence.Opens.AGAIN);
    }
    return opens != Presence.Opens.NOT_WANTED;
  }

  /** It has said Hello. */
  void up(Downchannel downchannel) {
    List<Opening> old = presence.up(downchannel);
    cic.deaf().remove(this);
    if (!old.isEmpty()) {
      // CIC ends them by itself (C4), unless it does not hear us there any more.
      CompletableFuture.delayedExecutor(
              OLD_GRACE_MILLIS, TimeUnit.MILLISECONDS, Thread::startVirtualThread)
          .execute(() -> old.forEach(Opening::cancel));
    }
  }

  /** It has come to its end; whether it had said Hello. */
  boolean down(Downchannel downchannel, Outcome outcome, String token) {
    Presence.Went went = presence.down(downchannel, outcome, token);
    String why =
        outcome
            .fault()
            .map(Fault::detail)
            .orElse(
                went == Presence.Went.BEFORE_HELLO
                    ? "CIC ended it before it said Hello"
                    : "CIC keeps ending it soon after Hello; has another the same token?");
    if (went == Presence.Went.BEFORE_HELLO
        || (went == Presence.Went.AFTER_HELLO
            && (outcome.fault().isPresent() || presence.isHeldBack()))) {
      deaf(why, outcome.fault().filter(Fault::isItsOwn).isPresent());
    }
    return went == Presence.Went.AFTER_HELLO;
  }
}
