package dev.parley.turnlog;

import dev.parley.protocol.record.RawRecord;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Appends to one partition of a topic in the order given, without ever making the caller wait:
 * Kafka's {@code send} can block for metadata or buffer space, so a virtual thread of its own calls
 * it. What was accepted before {@link #close} is still handed to Kafka.
 */
public final class LogWriter implements AutoCloseable {
  /** How long a writer that is closed goes on handing over what it has accepted. */
  private static final Duration DRAIN = Duration.ofSeconds(10);

  /** Told what became of a record, on a thread of Kafka's or the writer's; must not block. */
  public interface Done {
    /** The record stands at {@code offset}. */
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
  private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
  private final Duration drain;
  private final Thread thread;
  private boolean closed;
  private long endNanos;

  /**
   * A writer for this partition.
   *
   * @param producer idempotent, acks=all; shared, not closed by the writer
   */
  public LogWriter(String topic, int partition, Producer<byte[], byte[]> producer) {
    this(topic, partition, producer, DRAIN);
  }

  /** {@code drain}: how long it goes on after it was closed. */
  LogWriter(String topic, int partition, Producer<byte[], byte[]> producer, Duration drain) {
    this.topic = topic;
    this.partition = partition;
    this.producer = producer;
    this.drain = drain;
    this.thread = Thread.ofVirtual().name("append-" + topic + "-" + partition).start(this::run);
  }

  /**
   * Appends; from any thread, though order is only kept among the appends of one. After {@link
   * #close} it fails at once.
   */
  public void append(RawRecord record, Done done) {
    if (!accept(new Entry.Append(record, done))) {
      done.failed(closedException());
    }
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
        hand(append);
      }
    } catch (InterruptedException | InterruptException e) {
      // Nobody interrupts it but a process that ends.
    }
  }

  private void hand(Entry.Append append) {
    if (isOverdue()) {
      append.done.failed(closedException());
      return;
    }
    try {
      var _ =
          producer.send(
              KafkaRecords.toKafka(topic, partition, append.record),
              (metadata, exception) -> {
                if (exception == null) {
                  append.done.appended(metadata.offset());
                } else {
                  append.done.failed(exception);
                }
              });
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      append.done.failed(e);
    }
  }

  private synchronized boolean isOverdue() {
    return closed && System.nanoTime() - endNanos > 0;
  }

  private IllegalStateException closedException() {
    return new IllegalStateException("the writer of " + topic + "-" + partition + " is closed");
  }
}
