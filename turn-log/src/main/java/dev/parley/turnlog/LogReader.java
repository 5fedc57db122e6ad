package dev.parley.turnlog;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads a stretch of one partition, apart from any group. One thread; blocks. */
public final class LogReader implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(100);

  /** What is left to say to Kafka is of no use to anybody. */
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;

  /** A reader of this partition; closes {@code consumer} with itself. */
  public LogReader(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    this.consumer = consumer;
    this.partition = partition;
    consumer.assign(List.of(partition));
  }

  /** The offset that the next record appended will have. */
  public long end() {
    return endOf(partition);
  }

  /** The offset that the next record appended to any partition will have. */
  public long endOf(TopicPartition any) {
    return consumer.endOffsets(List.of(any)).getOrDefault(any, 0L);
  }

  /** Told each record, in order. */
  @FunctionalInterface
  public interface Visitor {
    void record(ConsumerRecord<byte[], byte[]> record);
  }

  /**
   * Reads from {@code from}, or from the first record that is still there, up to but not including
   * {@code to}.
   *
   * @param limit how long no record may come while there are some to be read
   * @throws TimeoutException when it took longer
   * @throws KafkaException when the broker can't be read
   */
  public void read(long from, long to, Duration limit, Visitor visitor) {
    Map<TopicPartition, Long> beginning = consumer.beginningOffsets(List.of(partition));
    consumer.seek(partition, Math.max(from, beginning.getOrDefault(partition, 0L)));
    long progress = System.nanoTime();
    while (consumer.position(partition) < to) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(STEP);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (record.offset() < to) {
          visitor.record(record);
        }
      }
      if (!records.isEmpty()) {
        progress = System.nanoTime();
      } else if (System.nanoTime() - progress > limit.toNanos()) {
        throw new TimeoutException(
            "reading "
                + partition
                + " up to "
                + to
                + " got no further for "
                + limit.toSeconds()
                + " s");
      }
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSING));
  }
}
