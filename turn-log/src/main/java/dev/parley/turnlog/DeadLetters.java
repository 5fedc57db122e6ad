package dev.parley.turnlog;

import dev.parley.protocol.record.RawRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets records aside in {@code parley.dead-letters}, as they were found, with the headers {@code
 * dead-reason}, {@code dead-origin} ({@code topic-partition@offset}) and {@code dead-by}; a value
 * that is too large for one record is left out, and {@code dead-value} says so. Waits only as
 * {@link LogWriter} does.
 */
public final class DeadLetters implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);
  private static final int MOST_REASON = 300;

  /** What a producer takes is 1 MiB with headers and all, however small a batch was compressed. */
  static final int MOST_VALUE = 1_000_000;

  private final LogWriter writer;
  private final String by;
  private long silentUntilNanos = System.nanoTime();

  /**
   * Dead letters of one partition.
   *
   * @param by which part sets them aside
   */
  public DeadLetters(Topics topics, int partition, Producer<byte[], byte[]> producer, String by) {
    this.writer = new LogWriter(topics.deadLetters(), partition, producer, new BrokerClock());
    this.by = by;
  }

  /** Sets a record aside; when that fails, the log says so. One thread. */
  public void add(ConsumerRecord<byte[], byte[]> record, String reason) {
    add(
        record,
        reason,
        new LogWriter.Done() {
          @Override
          public void appended(long offset) {}

          @Override
          public void failed(Exception cause) {
            log.error(
                "{} could not be set aside ({}): {}", origin(record), reason, cause.toString());
          }
        });
  }

  /** Sets a record aside, and says what became of that. One thread. */
  public void add(ConsumerRecord<byte[], byte[]> record, String reason, LogWriter.Done done) {
    String origin = origin(record);
    if (System.nanoTime() - silentUntilNanos >= 0) {
      // One line a second: a flood of bad records must not become a flood of log.
      silentUntilNanos = System.nanoTime() + Duration.ofSeconds(1).toNanos();
      log.warn("{} set aside: {}", origin, reason);
    }
    RawRecord found = KafkaRecords.fromKafka(record);
    Map<String, String> headers = new HashMap<>(found.headers());
    headers.put(
        "dead-reason", reason.length() > MOST_REASON ? reason.substring(0, MOST_REASON) : reason);
    headers.put("dead-origin", origin);
    headers.put("dead-by", by);
    byte[] value = found.value();
    if (value.length > MOST_VALUE) {
      headers.put("dead-value", "left out: " + value.length + " bytes are too many for one record");
      value = new byte[0];
    }
    writer.append(new RawRecord(found.key(), headers, value), done);
  }

  private static String origin(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "-" + record.partition() + "@" + record.offset();
  }

  /** Accepts no more; what was set aside is still written. Does not wait. */
  @Override
  public void close() {
    writer.close();
  }

  /** Waits until all that was set aside is handed to Kafka; false when it is not by then. */
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return writer.awaitEnd(limit);
  }
}
