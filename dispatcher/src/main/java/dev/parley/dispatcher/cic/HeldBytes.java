package dev.parley.dispatcher.cic;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The speech that all event requests of a dispatcher hold because CIC has not taken it yet, and the
 * most it may be. Any thread.
 */
public final class HeldBytes {
  /** A turn that holds less than ten chunks is not what fills the memory. */
  private static final long LEAST_SHED = 64 * 1024;

  private final long limit;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong most = new AtomicLong();
  private final Set<EventCall> holders = ConcurrentHashMap.newKeySet();

  /**
   * Nothing is held yet.
   *
   * @param limit in bytes, over all turns
   */
  public HeldBytes(long limit) {
    this.limit = limit;
  }

  /** How much is held, in bytes. */
  public long bytes() {
    return bytes.get();
  }

  /** The most that was held so far, in bytes. */
  public long most() {
    return most.get();
  }

  /** The most that may be held, in bytes. */
  public long limit() {
    return limit;
  }

  /** Whether more is held than may be. */
  public boolean isOver() {
    return bytes.get() > limit;
  }

  /** Whether so much is held that nothing new should be begun. */
  public boolean isTight() {
    return bytes.get() > limit / 4 * 3;
  }

  /** Whether there is so much room that what is read again may flow. */
  public boolean isRoomy() {
    return bytes.get() <= limit / 2;
  }

  /**
   * Gives up the turns that hold most until no more is held than may be; those that hold little are
   * left, and it is for the reader to pause.
   */
  public void shed() {
    while (isOver()) {
      Optional<EventCall> largest =
          holders.stream()
              .max(Comparator.comparingLong(EventCall::heldBytes))
              .filter(call -> call.heldBytes() >= LEAST_SHED);
      if (largest.isEmpty()) {
        return;
      }
      largest.get().shed();
    }
  }

  void began(EventCall call) {
    holders.add(call);
  }

  void ended(EventCall call) {
    holders.remove(call);
  }

  void add(long more) {
    long now = bytes.addAndGet(more);
    if (now > most.get()) {
      most.accumulateAndGet(now, Math::max);
    }
  }
}
