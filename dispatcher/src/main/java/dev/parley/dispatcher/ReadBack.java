package dev.parley.dispatcher;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Holds what Kafka has acknowledged of our ledger records against what is read back. One that was
 * acknowledged and is not there when its place is passed has been lost by the brokers. Pure; one
 * thread.
 */
final class ReadBack {
  private record Acknowledged(long offset, long millis) {}

  private final Deque<Acknowledged> awaited = new ArrayDeque<>();

  /** Read before their acknowledgement has come. */
  private final Set<Long> early = new HashSet<>();

  private long passed;
  private OptionalLong missing = OptionalLong.empty();

  /** Kafka says that a record of ours stands at this offset, behind all it has said so before. */
  void acknowledged(long offset, long nowMillis) {
    if (early.remove(offset)) {
      return;
    }
    if (offset < passed) {
      miss(offset);
    } else {
      awaited.add(new Acknowledged(offset, nowMillis));
    }
  }

  /** A record of ours is read at this offset, and whatever stands before has been read. */
  void read(long offset) {
    passTo(offset);
    Acknowledged next = awaited.peek();
    if (next != null && next.offset == offset) {
      awaited.remove();
    } else {
      early.add(offset);
    }
    passed = offset + 1;
  }

  /** Everything before {@code offset} has been read. */
  void passTo(long offset) {
    for (Acknowledged next = awaited.peek();
        next != null && next.offset < offset;
        next = awaited.peek()) {
      miss(next.offset);
      awaited.remove();
    }
    passed = Math.max(passed, offset);
  }

  private void miss(long offset) {
    if (missing.isEmpty()) {
      missing = OptionalLong.of(offset);
    }
  }

  /** Where a record was acknowledged that is not there. */
  OptionalLong missing() {
    return missing;
  }

  /** For how long a record has been acknowledged that is not read back yet; 0 when none is. */
  long lagMillis(long nowMillis) {
    Acknowledged oldest = awaited.peek();
    return oldest == null ? 0 : Math.max(0, nowMillis - oldest.millis);
  }
}
