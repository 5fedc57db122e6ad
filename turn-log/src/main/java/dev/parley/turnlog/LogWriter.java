package dev.parley.turnlog;

import dev.parley.protocol.record.RawRecord;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/**
 * Appends to one partition of a topic in the order given, without ever making the caller wait:
 * Kafka's {@code send} can block for metadata or buffer space, so a virtual thread of its own calls
 * it.
 */
public final class LogWriter implements AutoCloseable {
  /** Told what became of a record, on a thread of Kafka's or the writer's; must not block. */
  public interface Done {
    /** The record stands at {@code offset}. */
    void appended(long offset);

    /** The record was not appended, as far as is known. */
    void failed(Exception cause);
  }

  private record Entry(RawRecord record, Done done) {}

  private final String topic;
  private final int partition;
  private final Producer<byte[], byte[]> producer;
  private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
  private final Thread thread;

  /**
   * A writer for this partition.
   *
   * @param producer idempotent, acks=all; shared, not closed by the writer
   */
  public LogWriter(String topic, int partition, Producer<byte[], byte[]> producer) {
    this.topic = topic;
    this.partition = partition;
    this.producer = producer;
    this.thread = Thread.ofVirtual().name("append-" + topic + "-" + partition).start(this::run);
  }

  /** Appends; from any thread, though order is only kept among the appends of one. */
  public void append(RawRecord record, Done done) {
    queue.add(new Entry(record, done));
  }

  /** Stops; what was not handed to Kafka yet is dropped. */
  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        Entry entry = queue.take();
        try {
          var _ =
              producer.send(
                  KafkaRecords.toKafka(topic, partition, entry.record),
                  (metadata, exception) -> {
                    if (exception == null) {
                      entry.done.appended(metadata.offset());
                    } else {
                      entry.done.failed(exception);
                    }
                  });
        } catch (org.apache.kafka.common.errors.InterruptException e) {
          throw new InterruptedException();
        } catch (KafkaException | IllegalStateException e) {
          entry.done.failed(e);
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }
}
