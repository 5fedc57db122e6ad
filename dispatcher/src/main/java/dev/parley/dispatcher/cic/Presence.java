package dev.parley.dispatcher.cic;

import dev.parley.dispatcher.cic.Opening.Outcome;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a device's downchannel is and how it is doing, under one lock, and who waits for that to
 * change. Calls nobody. Any thread.
 */
@SuppressWarnings("ReferenceEquality") // A downchannel is itself and no other.
final class Presence {
  /** How it is at one moment. */
  sealed interface State {
    /** The downchannel of this lane has said Hello. */
    record Up(Lane lane) implements State {}

    /**
     * It has none.
     *
     * @param fault what ended the last one; empty when that was in order, or there was none
     * @param token what that one was opened with
     */
    record Down(Optional<Fault> fault, String token) implements State {}

    /** It is not to have one any more. */
    record Over() implements State {}
  }

  private static final long AT_ONCE_NANOS = Duration.ofSeconds(1).toNanos();

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
  private String lastToken = "";

  // ---------------------------------------------------------------------------- for its turns

  /** A turn wants a downchannel from now on; what may be hurried for it. */
  Optional<Downchannel> turnBegins() {
    openTurns.incrementAndGet();
    lock.lock();
    try {
      changed.signalAll();
      return up ? Optional.empty() : Optional.ofNullable(here);
    } finally {
      lock.unlock();
    }
  }

  void turnEnds() {
    openTurns.decrementAndGet();
  }

  boolean hasOpenTurn() {
    return openTurns.get() > 0;
  }

  /** Whether a downchannel is open, or being opened. */
  boolean isOpened() {
    lock.lock();
    try {
      return up || (here != null && here.opening != null);
    } finally {
      lock.unlock();
    }
  }

  State state() {
    lock.lock();
    try {
      if (closed || retired) {
        return new State.Over();
      }
      return up && here != null ? new State.Up(here.lane) : new State.Down(lastFault, lastToken);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something has changed since {@code known}, or until this time. */
  void awaitOtherThan(State known, long untilNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      for (long left = untilNanos - System.nanoTime();
          left > 0 && state().equals(known);
          left = untilNanos - System.nanoTime()) {
        var _ = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------------------- for its lane

  /** It is opened no more, and what is open is read on; what is being opened. */
  Optional<Opening> retire() {
    lock.lock();
    try {
      retired = true;
      changed.signalAll();
      return up ? Optional.empty() : Optional.ofNullable(here).map(at -> at.opening);
    } finally {
      lock.unlock();
    }
  }

  /** Whether none is read any more, or is to be opened. */
  boolean isSilent() {
    lock.lock();
    try {
      return all.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** It is over; where it was last, unless it was over before. */
  Optional<Lane> close() {
    lock.lock();
    try {
      if (closed) {
        return Optional.empty();
      }
      closed = true;
      up = false;
      changed.signalAll();
      return Optional.ofNullable(here).map(downchannel -> downchannel.lane);
    } finally {
      lock.unlock();
    }
  }

  /** What is open, or being opened. */
  List<Opening> openings() {
    lock.lock();
    try {
      return all.stream()
          .map(downchannel -> Optional.ofNullable(downchannel.opening))
          .flatMap(Optional::stream)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /**
   * It is of no use on this lane any more; what is to be broken off for that.
   *
   * @param token only if it was opened with this one; empty for any
   */
  Optional<Opening> isVoid(Lane lane, Optional<String> token) {
    lock.lock();
    try {
      Downchannel at = here;
      if (!up
          || retired
          || at == null
          || at.lane != lane
          || token.filter(wanted -> !wanted.equals(at.shown)).isPresent()) {
        return Optional.empty();
      }
      up = false;
      return Optional.ofNullable(at.opening);
    } finally {
      lock.unlock();
    }
  }

  /** What came of {@link #moves}. */
  enum Moves {
    /** It has moved, from a downchannel that was well. */
    FROM_HELLO,
    /** It has moved, and had waited for Hello. */
    FROM_NO_HELLO,
    /** It does not live there any more. */
    NOT
  }

  /**
   * Moves, if it still lives on {@code from}.
   *
   * @param alone whether it had that lane for itself: on a shared one, that it was left soon after
   *     Hello says nothing of this device
   */
  Moves moves(@Nullable Lane from, Downchannel to, boolean alone) {
    lock.lock();
    try {
      if (closed || retired || from != (here == null ? null : here.lane)) {
        return Moves.NOT;
      }
      boolean wasOpening = delay.isOpening();
      if (wasOpening || (delay.isUp() && alone)) {
        delay.ended(System.nanoTime(), Duration.ZERO, ThreadLocalRandom.current());
      } else if (delay.isUp()) {
        delay.left();
      }
      here = to;
      all.add(to);
      up = false;
      changed.signalAll();
      return wasOpening ? Moves.FROM_NO_HELLO : Moves.FROM_HELLO;
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------------------- for its
  // downchannel

  /** Whether it lives on this lane. */
  boolean isOn(Lane lane) {
    lock.lock();
    try {
      return !closed && here != null && here.lane == lane;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is not opened again at once. */
  boolean isHeldBack() {
    lock.lock();
    try {
      return delay.nanosUntilNext(System.nanoTime(), false) > AT_ONCE_NANOS;
    } finally {
      lock.unlock();
    }
  }

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

  /** Waits until the next may be opened; false when none is wanted here any more. */
  boolean awaitNext(Downchannel downchannel) throws InterruptedException {
    return pause(downchannel, () -> delay.nanosUntilNext(System.nanoTime(), hasOpenTurn()));
  }

  /** Waits as long as it is here and this says so; whether it still is. */
  boolean pause(Downchannel downchannel, LongSupplier nanosLeft) throws InterruptedException {
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

  /** What came of {@link #opens}. */
  enum Opens {
    FIRST,
    AGAIN,
    NOT_WANTED
  }

  /** It is being opened, with this token. */
  Opens opens(Downchannel downchannel, Opening opening, String token) {
    lock.lock();
    try {
      if (!isAt(downchannel)) {
        return Opens.NOT_WANTED;
      }
      downchannel.opening = opening;
      downchannel.shown = token;
      delay.opens(System.nanoTime());
      return everUp ? Opens.AGAIN : Opens.FIRST;
    } finally {
      lock.unlock();
    }
  }

  /** It has said Hello; what is open beside it. */
  List<Opening> up(Downchannel downchannel) {
    lock.lock();
    try {
      Opening opened = downchannel.opening;
      if (opened != null) {
        opened.hello();
      }
      if (closed || here != downchannel) {
        return List.of();
      }
      up = true;
      everUp = true;
      delay.hello(System.nanoTime());
      lastFault = Optional.empty();
      changed.signalAll();
      return openings().stream().filter(other -> other != opened).toList();
    } finally {
      lock.unlock();
    }
  }

  /** What came of {@link #down}. */
  enum Went {
    /** It was well before. */
    AFTER_HELLO,
    /** It was not. */
    BEFORE_HELLO,
    /** The device does not have its downchannel there any more. */
    UNNOTICED
  }

  /** It has come to its end. */
  Went down(Downchannel downchannel, Outcome outcome, String token) {
    lock.lock();
    try {
      if (!isAt(downchannel)) {
        return Went.UNNOTICED;
      }
      boolean had = delay.isUp();
      up = false;
      delay.ended(System.nanoTime(), outcome.retryAfter(), ThreadLocalRandom.current());
      lastFault = outcome.fault();
      lastToken = token;
      changed.signalAll();
      return had ? Went.AFTER_HELLO : Went.BEFORE_HELLO;
    } finally {
      lock.unlock();
    }
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
