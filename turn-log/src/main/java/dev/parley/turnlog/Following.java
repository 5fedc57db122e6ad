package dev.parley.turnlog;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** A partition that a {@link LogTail} reads on for one follower. Any thread, but as it says. */
public final class Following implements AutoCloseable {
  /** A follower that has so many bytes to work on is given no more for the time being. */
  static final long MOST_WAITING = 128 * 1024;

  /** What a record takes of the heap beside its value. */
  private static final int RECORD_BYTES = 400;

  private final TopicPartition partition;
  private final LogTail.Follower follower;
  private final Runnable changed;
  private final AtomicLong waiting = new AtomicLong();
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

  /** What records told take of the heap at most, in bytes. */
  public static long bytes(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .mapToLong(record -> RECORD_BYTES + Math.max(0, record.serializedValueSize()))
        .sum();
  }

  /** Records of so many {@link #bytes} that were told are worked on. */
  public void worked(long bytes) {
    long before = waiting.getAndAdd(-bytes);
    if (before >= MOST_WAITING && before - bytes < MOST_WAITING) {
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
    waiting.addAndGet(bytes(news));
    if (isFull()) {
      changed.run();
    }
    try {
      follower.read(news, to);
      next = to;
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      broken("what was read could not be taken: " + e);
    }
  }

  void broken(String why) {
    if (!closed) {
      follower.broken(why);
      close();
    }
  }
}
