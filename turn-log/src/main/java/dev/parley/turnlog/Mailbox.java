package dev.parley.turnlog;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What waits for an owner of a partition: batches of records, and tasks that others post. Anybody
 * puts in, one thread takes out. Those who can wait are kept waiting while {@value #ROOM} bytes of
 * theirs are inside; the others are bounded by what the owner asked for.
 */
final class Mailbox {
  /** In bytes. What alone is larger has to be alone. */
  static final int ROOM = 256 * 1024;

  /** What a task takes beside what it was put in with. */
  static final int LEAST = 1024;

  /**
   * With one, reading would stop after each batch, for the poll thread looks again before the other
   * has had time to take it.
   */
  private static final int BATCHES = 2;

  /** What a record takes of the heap beside its key and value, its headers included. */
  private static final int RECORD_BYTES = 400;

  /** What waits. */
  sealed interface Mail {
    /**
     * Records that were read in one go.
     *
     * @param bytes what they take of the heap, about
     */
    record Batch(List<ConsumerRecord<byte[], byte[]>> records, long bytes) implements Mail {}

    /** Something to run, that took so many bytes of the room. */
    record Task(Runnable run, int room) implements Mail {}

    /** Nothing but a reason to look up. */
    record Nudge() implements Mail {}
  }

  private final BlockingQueue<Mail> queue = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(ROOM, true);
  private final AtomicInteger batches = new AtomicInteger();
  private final ReadAhead readAhead;
  private volatile boolean closed;

  /** {@code readAhead}: counts the batches that were put in, until {@link #worked}. */
  Mailbox(ReadAhead readAhead) {
    this.readAhead = readAhead;
  }

  synchronized void put(List<ConsumerRecord<byte[], byte[]>> batch) {
    if (!closed) {
      long bytes = batch.stream().mapToLong(Mailbox::bytes).sum();
      readAhead.add(bytes);
      batches.incrementAndGet();
      queue.add(new Mail.Batch(batch, bytes));
    }
  }

  private static long bytes(ConsumerRecord<byte[], byte[]> record) {
    return (long) RECORD_BYTES
        + Math.max(0, record.serializedKeySize())
        + Math.max(0, record.serializedValueSize());
  }

  /** Nothing of a batch that was taken out is needed any more; whether others may be read again. */
  boolean worked(Mail.Batch batch) {
    return readAhead.remove(batch.bytes());
  }

  void put(Runnable task) {
    if (!closed) {
      queue.add(new Mail.Task(task, 0));
    }
  }

  void putWhenRoom(Runnable task, int bytes) throws InterruptedException {
    if (!closed) {
      int taken = Math.clamp((long) bytes + LEAST, LEAST, ROOM);
      room.acquire(taken);
      queue.add(new Mail.Task(task, taken));
    }
  }

  void nudge() {
    queue.add(new Mail.Nudge());
  }

  /** Whether another batch may come before one is taken. Any thread. */
  boolean isOpen(ReadAhead.Room room) {
    return switch (room) {
      case ROOMY -> batches.get() < BATCHES;
      case TIGHT -> batches.get() == 0;
      case FULL -> false;
    };
  }

  /** The next, or none when nothing came within the time given. */
  Optional<Mail> take(long withinNanos) throws InterruptedException {
    Mail mail = queue.poll();
    if (mail == null && withinNanos > 0) {
      mail = queue.poll(withinNanos, TimeUnit.NANOSECONDS);
    }
    switch (mail) {
      case null -> {}
      case Mail.Batch _ -> batches.decrementAndGet();
      case Mail.Task task -> room.release(task.room);
      case Mail.Nudge _ -> {}
    }
    return Optional.ofNullable(mail);
  }

  /** How many wait. */
  int size() {
    return queue.size();
  }

  /**
   * Drops what waits; from now on nothing is kept, and nobody waits. Returns whether others may be
   * read again because of it.
   */
  synchronized boolean close() {
    closed = true;
    // Whoever has passed the question before it was closed finds room too.
    room.release(Integer.MAX_VALUE / 2);
    boolean hasRoomAgain = false;
    for (Mail mail = queue.poll(); mail != null; mail = queue.poll()) {
      hasRoomAgain |= mail instanceof Mail.Batch batch && worked(batch);
    }
    return hasRoomAgain;
  }
}
