package dev.parley.turnlog;

import dev.parley.protocol.record.RawRecord;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to one partition of a topic in the order given. Kafka's {@code send} can block for
 * metadata or buffer space, so a virtual thread of its own calls it; a caller waits only while
 * {@value #ROOM} bytes wait before it. What was accepted before {@link #close} is still handed to
 * Kafka.
 */
public final class LogWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogWriter.class);

  /** How long a writer that is closed goes on handing over what it has accepted. */
  private static final Duration DRAIN = Duration.ofSeconds(10);

  /** The most that waits to be handed to Kafka, in bytes. */
  static final int ROOM = 1024 * 1024;

  /** What an entry takes of the heap beside its value. */
  private static final int ENTRY_BYTES = 500;

  /** Told what became of a record, on a thread of Kafka's or the writer's; must not block. */
  public interface Done {
    /** The record stands at {@code offset}. If this throws, {@link #failed} is told, too. */
    void appended(long offset);

    /** The record was not appended, as far as is known. */
    void failed(Exception cause);
  }

  private sealed interface Entry {
    record Append(RawRecord record, Done done) implements Entry {}

    /** Nothing comes after it. */
    record End() implements Entry {}
  }

  private final String topic;
  private final int partition;
  private final Producer<byte[], byte[]> producer;
  private final BrokerClock clock;
  private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(ROOM);
  private final Duration drain;
  private final Thread thread;
  private boolean closed;
  private long endNanos;

  /**
   * A writer for this partition.
   *
   * @param producer idempotent, acks=all; shared, not closed by the writer
   * @param clock learns from every append
   */
  public LogWriter(
      String topic, int partition, Producer<byte[], byte[]> producer, BrokerClock clock) {
    this(topic, partition, producer, clock, DRAIN);
  }

  /** {@code drain}: how long it goes on after it was closed. */
  LogWriter(
      String topic,
      int partition,
      Producer<byte[], byte[]> producer,
      BrokerClock clock,
      Duration drain) {
    this.topic = topic;
    this.partition = partition;
    this.producer = producer;
    this.clock = clock;
    this.drain = drain;
    this.thread = Thread.ofVirtual().name("append-" + topic + "-" + partition).start(this::run);
  }

  /**
   * Appends; from any thread that may wait, though order is only kept among the appends of one.
   * After {@link #close} it fails at once.
   *
   * @throws InterruptException when the thread is interrupted while it waits for room
   */
  public void append(RawRecord record, Done done) {
    Entry.Append append = new Entry.Append(record, done);
    try {
      room.acquire(bytes(append));
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    if (!accept(append)) {
      room.release(bytes(append));
      done.failed(closedException());
    }
  }

  /** The same, but fails at once rather than wait for room. */
  public void appendIfRoom(RawRecord record, Done done) {
    Entry.Append append = new Entry.Append(record, done);
    if (!room.tryAcquire(bytes(append))) {
      done.failed(new TimeoutException("too much waits for Kafka already"));
    } else if (!accept(append)) {
      room.release(bytes(append));
      done.failed(closedException());
    }
  }

  private static int bytes(Entry.Append append) {
    return Math.min(ROOM, ENTRY_BYTES + append.record.value().length);
  }

  private synchronized boolean accept(Entry entry) {
    return !closed && queue.add(entry);
  }

  /** Accepts no more, and ends when all that was accepted is handed to Kafka. Does not wait. */
  @Override
  public synchronized void close() {
    if (!closed) {
      endNanos = System.nanoTime() + drain.toNanos();
      queue.add(new Entry.End());
      closed = true;
    }
  }

  /** Waits until a writer that is closed has ended; false when it has not by then. */
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return thread.join(limit);
  }

  private void run() {
    try {
      while (queue.take() instanceof Entry.Append append) {
        room.release(bytes(append));
        hand(append);
      }
    } catch (InterruptedException | InterruptException e) {
      // Nobody interrupts it but a process that ends.
    }
  }

  private void hand(Entry.Append append) {
    if (isOverdue()) {
      tell(append, closedException());
      return;
    }
    long sentMillis = System.currentTimeMillis();
    try {
      var _ =
          producer.send(
              KafkaRecords.toKafka(topic, partition, append.record),
              (metadata, exception) -> {
                if (exception == null) {
                  clock.appended(sentMillis, System.currentTimeMillis(), metadata.timestamp());
                  appended(append, metadata.offset());
                } else {
                  failed(append, exception);
                }
              });
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      tell(append, e);
    } catch (RuntimeException | Error e) {
      // Whoever appends behind must not wait for a thread that has ended.
      log.error("{}-{}: Kafka's client has failed: {}", topic, partition, e.toString(), e);
      tell(append, new IllegalStateException("Kafka's client has failed: " + e, e));
    }
  }

  /** Who throws when it is told harms nobody else. */
  private void tell(Entry.Append append, Exception cause) {
    try {
      append.done.failed(cause);
    } catch (RuntimeException | Error e) {
      log.error("{}-{}: a failure could not be taken: {}", topic, partition, e.toString(), e);
    }
  }

  /** Who can't take it must not wait for it for ever: Kafka's client passes over what is thrown. */
  private void appended(Entry.Append append, long offset) {
    try {
      append.done.appended(offset);
    } catch (RuntimeException | Error e) {
      tell(append, new IllegalStateException("what was appended could not be taken", e));
    }
  }

  /** Who has waited for Kafka in vain has waited for those behind it too. */
  private void failed(Entry.Append append, Exception cause) {
    tell(append, cause);
    if (cause instanceof TimeoutException && Thread.currentThread() == thread) {
      while (queue.peek() instanceof Entry.Append behind) {
        queue.remove();
        room.release(bytes(behind));
        tell(behind, cause);
      }
    }
  }

  private synchronized boolean isOverdue() {
    return closed && System.nanoTime() - endNanos > 0;
  }

  private IllegalStateException closedException() {
    return new IllegalStateException("the writer of " + topic + "-" + partition + " is closed");
  }
}
