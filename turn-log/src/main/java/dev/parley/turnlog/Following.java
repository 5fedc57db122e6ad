package dev.parley.turnlog;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** A partition that a {@link LogTail} reads on for one follower. Any thread, but as it says. */
public final class Following implements AutoCloseable {
  /** A follower that has so many records to work on is given no more for the time being. */
  static final int MOST_WAITING = 1_000;

  private final TopicPartition partition;
  private final LogTail.Follower follower;
  private final Runnable changed;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean closed;

  /** Everything before it was told. The tail's thread. */
  private long next;

  /** {@code changed}: whether it wants records may have. */
  Following(TopicPartition partition, long from, LogTail.Follower follower, Runnable changed) {
    this.partition = partition;
    this.next = from;
    this.follower = follower;
    this.changed = changed;
  }

  /** So many of the records told are worked on. */
  public void worked(int records) {
    int before = waiting.getAndAdd(-records);
    if (before >= MOST_WAITING && before - records < MOST_WAITING) {
      changed.run();
    }
  }

  /** What is read from now on is not told. */
  @Override
  public void close() {
    closed = true;
    changed.run();
  }

  boolean isClosed() {
    return closed;
  }

  boolean isFull() {
    return waiting.get() >= MOST_WAITING;
  }

  TopicPartition partition() {
    return partition;
  }

  // ---------------------------------------------------------------------------- the tail's thread

  long next() {
    return next;
  }

  /** Another follower of the partition may stand farther back, or farther on. */
  void tell(List<ConsumerRecord<byte[], byte[]>> records) {
    long to = records.getLast().offset() + 1;
    if (closed || to <= next) {
      return;
    }
    List<ConsumerRecord<byte[], byte[]>> news =
        records.getFirst().offset() >= next
            ? records
            : records.stream().filter(record -> record.offset() >= next).toList();
    next = to;
    waiting.addAndGet(news.size());
    if (isFull()) {
      changed.run();
    }
    try {
      follower.read(news, to);
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      broken("what was read could not be taken: " + e);
    }
  }

  void broken(String why) {
    if (!closed) {
      close();
      follower.broken(why);
    }
  }
}
