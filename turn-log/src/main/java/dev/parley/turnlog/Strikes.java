package dev.parley.turnlog;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Decides when a partition whose owners fail unexpectedly is left alone: after four owners in a row
 * that lived for less than half a minute, or more than ten records within a minute that owners
 * failed on. A record that an owner fails on costs that owner, but counts as the record's fault. It
 * is four, so that a turn which fails three owners ends as poison before it costs its partition.
 * Pure; one thread.
 */
final class Strikes {
  static final int OWNERS = 4;
  static final int RECORDS = 10;
  private static final long ALIVE_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  private final Deque<Long> records = new ArrayDeque<>();
  private int owners;

  /**
   * An owner has failed on a record.
   *
   * @param nowNanos of a clock that never steps back
   * @return whether that is enough
   */
  boolean record(long nowNanos) {
    records.add(nowNanos);
    while (nowNanos - records.element() > MINUTE_NANOS) {
      records.remove();
    }
    return records.size() > RECORDS;
  }

  /**
   * An owner has failed, and no record is to blame.
   *
   * @param lived for how long it had worked
   * @return whether that is enough
   */
  boolean owner(Duration lived) {
    owners = lived.toNanos() >= ALIVE_NANOS ? 1 : owners + 1;
    return owners >= OWNERS;
  }
}
