package dev.parley.dispatcher;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the ledger of partition 0, which has what a test appends. */
final class LedgerConsumer extends MockConsumer<byte[], byte[]> {
  static final TopicPartition PARTITION = new TopicPartition("parley.ledger", 0);

  LedgerConsumer() {
    super("none");
    updateBeginningOffsets(Map.of(PARTITION, 0L));
  }

  /** As read, at this offset. */
  static ConsumerRecord<byte[], byte[]> received(ProducerRecord<byte[], byte[]> sent, long offset) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(sent.topic(), 0, offset, sent.key(), sent.value());
    sent.headers().forEach(record.headers()::add);
    return record;
  }

  /** It is there when the partition is read next. Any thread. */
  void append(ConsumerRecord<byte[], byte[]> record) {
    schedulePollTask(() -> addRecord(record));
  }

  /** What should come next is not there when the partition is read next. Any thread. */
  void cut() {
    schedulePollTask(() -> setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 0L))));
  }

  /** Kafka's own does not wait. */
  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // It must not wait with the lock.
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
    if (records.isEmpty()) {
      LockSupport.parkNanos(1_000_000);
    }
    return records;
  }
}
