package dev.parley.turnlog;

import dev.parley.protocol.record.RawRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Between Parley's record layout and Kafka's classes. */
public final class KafkaRecords {
  private static final byte[] NOTHING = new byte[0];

  private KafkaRecords() {}

  /** A record to send to this partition. */
  public static ProducerRecord<byte[], byte[]> toKafka(String topic, int partition, RawRecord raw) {
    RecordHeaders headers = new RecordHeaders();
    raw.headers()
        .forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
    byte[] key = raw.key().isEmpty() ? null : raw.key().getBytes(StandardCharsets.UTF_8);
    byte[] value = raw.isTombstone() ? null : raw.value();
    return new ProducerRecord<>(topic, partition, key, value, headers);
  }

  /** The layout's view of a record; of a header that stands twice the last counts. */
  public static RawRecord fromKafka(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = HashMap.newHashMap(8);
    for (Header header : record.headers()) {
      if (header.value() != null) {
        headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    return new RawRecord(
        record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8),
        headers,
        record.value() == null ? NOTHING : record.value());
  }
}
