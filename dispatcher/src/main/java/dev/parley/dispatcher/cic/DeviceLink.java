package dev.parley.dispatcher.cic;

import dev.parley.dispatcher.cic.Opening.Outcome;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Ending.Known;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A device's place at CIC: its lane and its downchannel, which a virtual thread of its own opens,
 * reads and opens again when it ends (C2, C4, C6). When the lane is left the device moves to
 * another: events that run go on where they are, new ones wait for Hello on the new lane, and the
 * old downchannel is read until CIC ends it, so that what CIC said last is not lost. Any thread.
 */
@SuppressWarnings("ReferenceEquality") // A lane or a downchannel is itself and no other.
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
  private final AtomicInteger openTurns = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final Set<Downchannel> all = new HashSet<>();
  private final ReopenDelay delay = new ReopenDelay();
  private @Nullable Downchannel here;
  private boolean up;
  private boolean everUp;
  private boolean retired;
  private boolean closed;
  private Optional<Fault> lastFault = Optional.empty();
  private String refusedToken = "";

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
   * Events that run go on and the downchannel is read until it ends, but it is not opened again, on
   * no lane, and events that have not begun yet are refused as {@code released}. Still to be
   * closed.
   */
  public void retire() {
    lock.lock();
    try {
      retired = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    cic.allLanes().needsNone(this);
  }

  /** Whether no downchannel of it is read any more, or is to be opened. */
  public boolean isSilent() {
    lock.lock();
    try {
      return all.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the downchannel; events that run on are their owner's to abort. Never waits for CIC. */
  @Override
  public void close() {
    Downchannel last;
    List<Opening> open;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      up = false;
      last = here;
      open = openings(all);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (last != null) {
      cic.allLanes().depart(last.lane, this);
    }
    open.forEach(Opening::cancel);
    cic.allLanes().needsNone(this);
  }

  private static List<Opening> openings(Set<Downchannel> of) {
    return of.stream()
        .map(downchannel -> Optional.ofNullable(downchannel.opening))
        .flatMap(Optional::stream)
        .toList();
  }

  String device() {
    return device;
  }

  AttachmentStore store() {
    return store;
  }

  // ---------------------------------------------------------------------------- for its turns

  /** A turn wants this device's downchannel from now on. */
  void turnBegins() {
    Downchannel waiting;
    openTurns.incrementAndGet();
    lock.lock();
    try {
      changed.signalAll();
      waiting = up ? null : here;
    } finally {
      lock.unlock();
    }
    if (waiting != null) {
      cic.allLanes().hurry(waiting);
    }
  }

  void turnEnds() {
    openTurns.decrementAndGet();
  }

  boolean hasOpenTurn() {
    return openTurns.get() > 0;
  }

  /** What it would cost to move it away: a downchannel more than a turn that waits for one. */
  int worth() {
    lock.lock();
    try {
      boolean opened = up || (here != null && here.opening != null);
      return (opened ? 2 : 0) + (hasOpenTurn() ? 1 : 0);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the downchannel has said Hello; the fault that is in the way, if it does not. */
  Hello awaitHello(Duration limit) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long began = System.nanoTime();
      while (true) {
        if (closed || retired) {
          return new Hello.Missing(Fault.of(Known.RELEASED));
        }
        Downchannel at = here;
        if (up && at != null) {
          return new Hello.On(at.lane);
        }
        if (lastFault.isPresent()
            && lastFault.get().isFinal()
            && !cic.hasOther(device, refusedToken)) {
          return new Hello.Missing(lastFault.get());
        }
        long left = began + atMost(limit).toNanos() - System.nanoTime();
        if (left <= 0) {
          return new Hello.Missing(lastFault.orElseGet(() -> noHello(limit)));
        }
        var _ = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private Duration atMost(Duration limit) {
    boolean isAway = lastFault.filter(fault -> fault.ending() == Known.CIC_UNREACHABLE).isPresent();
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
    Opening old;
    lock.lock();
    try {
      if (!up || retired || here == null || here.lane != lane) {
        return;
      }
      up = false;
      old = here.opening;
    } finally {
      lock.unlock();
    }
    if (old != null) {
      old.cancel();
    }
  }

  /** Opens the downchannel anew if it was opened with this token, which CIC now refuses (C39). */
  void reopenIfShown(Lane lane, String refused) {
    boolean old;
    lock.lock();
    try {
      old = here != null && here.shown.equals(refused);
    } finally {
      lock.unlock();
    }
    if (old) {
      reopen(lane);
    }
  }

  /** Moves to another lane, if it still lives on {@code from}. */
  void rehome(@Nullable Lane from) {
    Lane to = cic.allLanes().join(this, from);
    Downchannel next = new Downchannel(this, cic, to, pushed, from != null);
    boolean moves;
    lock.lock();
    try {
      moves = !closed && !retired && from == (here == null ? null : here.lane);
      if (moves) {
        if (delay.isUp()) {
          delay.ended(System.nanoTime(), Duration.ZERO, ThreadLocalRandom.current());
        }
        here = next;
        all.add(next);
        up = false;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (moves) {
      if (from != null) {
        cic.allLanes().depart(from, this);
      }
      Thread.ofVirtual().name("downchannel-" + device).start(next);
    } else {
      cic.allLanes().depart(to, this);
      cic.allLanes().exit(to);
    }
  }

  // ---------------------------------------------------------------------------- for its
  // downchannel

  /** Whether this is where the device is to have its downchannel. */
  boolean isAt(Downchannel downchannel) {
    lock.lock();
    try {
      return !closed && !retired && here == downchannel;
    } finally {
      lock.unlock();
    }
  }

  /** It is this one's turn to be opened. */
  void mayOpen(Downchannel downchannel) {
    lock.lock();
    try {
      downchannel.mayOpen = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until it {@link #mayOpen}; false when it is not wanted any more. */
  boolean awaitMayOpen(Downchannel downchannel) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!downchannel.mayOpen && isAt(downchannel)) {
        changed.await();
      }
      downchannel.mayOpen = false;
      return isAt(downchannel);
    } finally {
      lock.unlock();
    }
  }

  /** Devices without a turn do not all come to their new lanes at once. */
  void pauseBeforeMoving(Downchannel downchannel) throws InterruptedException {
    long until =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(
                ThreadLocalRandom.current().nextLong(MOVE_JITTER_MILLIS));
    pause(downchannel, () -> hasOpenTurn() ? 0 : until - System.nanoTime());
  }

  /** Waits a little: the lease may be back then. */
  void awaitLease(Downchannel downchannel) throws InterruptedException {
    long until = System.nanoTime() + LEASE_LOOK.toNanos();
    pause(downchannel, () -> until - System.nanoTime());
  }

  /** Waits until the next may be opened; false when none is wanted here any more. */
  boolean awaitNext(Downchannel downchannel) throws InterruptedException {
    return pause(downchannel, () -> delay.nanosUntilNext(System.nanoTime(), hasOpenTurn()));
  }

  private boolean pause(Downchannel downchannel, LongSupplier nanosLeft)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (isAt(downchannel)) {
        long left = nanosLeft.getAsLong();
        if (left <= 0) {
          return true;
        }
        var _ = changed.awaitNanos(left);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** It is being opened, with this token; false when it is not wanted any more. */
  boolean opens(Downchannel downchannel, Opening opening, String token) {
    boolean again;
    lock.lock();
    try {
      if (!isAt(downchannel)) {
        return false;
      }
      downchannel.opening = opening;
      downchannel.shown = token;
      delay.opens(System.nanoTime());
      again = everUp;
    } finally {
      lock.unlock();
    }
    cic.allLanes().opening(again);
    return true;
  }

  /** It has said Hello. */
  void up(Downchannel downchannel) {
    List<Opening> old;
    lock.lock();
    try {
      Opening opened = downchannel.opening;
      if (opened != null) {
        opened.hello();
      }
      if (closed || here != downchannel) {
        return;
      }
      up = true;
      everUp = true;
      delay.hello(System.nanoTime());
      lastFault = Optional.empty();
      changed.signalAll();
      Set<Downchannel> others = new HashSet<>(all);
      others.remove(downchannel);
      old = openings(others);
    } finally {
      lock.unlock();
    }
    if (!old.isEmpty()) {
      // CIC ends them by itself (C4), unless it does not hear us there any more.
      CompletableFuture.delayedExecutor(
              OLD_GRACE_MILLIS, TimeUnit.MILLISECONDS, Thread::startVirtualThread)
          .execute(() -> old.forEach(Opening::cancel));
    }
  }

  /** It has come to its end; whether it had said Hello. */
  boolean down(Downchannel downchannel, Outcome outcome, String token) {
    boolean had;
    lock.lock();
    try {
      if (closed || retired || here != downchannel) {
        return false;
      }
      had = delay.isUp();
      up = false;
      delay.ended(System.nanoTime(), outcome.retryAfter(), ThreadLocalRandom.current());
      lastFault = outcome.fault();
      refusedToken = token;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (!had || outcome.fault().isPresent()) {
      cic.allLanes()
          .isDeaf(
              this, outcome.fault().map(Fault::detail).orElse("CIC ended it before it said Hello"));
    }
    return had;
  }

  /** Its thread has ended. */
  void left(Downchannel downchannel) {
    lock.lock();
    try {
      all.remove(downchannel);
    } finally {
      lock.unlock();
    }
  }
}
