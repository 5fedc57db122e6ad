package dev.parley.turnlog;

/**
 * What was read from Kafka and is not worked on yet, over all partitions of a loop, in bytes. When
 * it comes to half its limit, only what has nothing waiting is read for, so that a partition which
 * is behind does not hold up its neighbours; at the limit nothing is read. Either lasts until a
 * quarter of what brought it about is gone. Any thread.
 */
final class ReadAhead {
  /** For whom there is room. */
  enum Room {
    /** For all. */
    ROOMY,
    /** For a partition for which nothing waits. */
    TIGHT,
    /** For none. */
    FULL
  }

  private final long limit;
  private long bytes;
  private Room room = Room.ROOMY;

  /** {@code limit}: in bytes, over zero; the batch that reaches it may pass it. */
  ReadAhead(long limit) {
    this.limit = limit;
  }

  synchronized void add(long more) {
    bytes += more;
    if (bytes >= limit) {
      room = Room.FULL;
    } else if (bytes >= limit / 2 && room == Room.ROOMY) {
      room = Room.TIGHT;
    }
  }

  /** These are worked on, or dropped; returns whether there is more room because of that. */
  synchronized boolean remove(long done) {
    bytes -= done;
    Room before = room;
    if (isQuarterGone(limit / 2)) {
      room = Room.ROOMY;
    } else if (isQuarterGone(limit) && room == Room.FULL) {
      room = Room.TIGHT;
    }
    return room != before;
  }

  private boolean isQuarterGone(long of) {
    return bytes <= of - of / 4;
  }

  synchronized Room room() {
    return room;
  }

  synchronized long bytes() {
    return bytes;
  }
}
