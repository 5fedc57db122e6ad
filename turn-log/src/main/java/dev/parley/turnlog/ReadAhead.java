package dev.parley.turnlog;

/**
 * What was read from Kafka and is not worked on yet, over all partitions of a loop, in bytes. When
 * it is too much nothing more is read until half of it is gone. Any thread.
 */
final class ReadAhead {
  private final long limit;
  private long bytes;
  private boolean full;

  /** {@code limit}: in bytes, over zero; the batch that reaches it may pass it. */
  ReadAhead(long limit) {
    this.limit = limit;
  }

  synchronized void add(long more) {
    bytes += more;
    full = full || bytes >= limit;
  }

  /** These are worked on, or dropped; returns whether there is room again because of that. */
  synchronized boolean remove(long done) {
    bytes -= done;
    boolean hasRoomAgain = full && bytes <= limit / 2;
    full = full && !hasRoomAgain;
    return hasRoomAgain;
  }

  synchronized boolean isFull() {
    return full;
  }

  synchronized long bytes() {
    return bytes;
  }
}
