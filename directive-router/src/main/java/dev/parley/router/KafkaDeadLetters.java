package dev.parley.router;

import dev.parley.protocol.record.RawRecord;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.LogWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends them to {@code parley.dead-letters} as they are, in the partition where they stood, with
 * {@code reason}, {@code detail} and {@code origin} as further headers.
 */
final class KafkaDeadLetters implements DeadLetters, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KafkaDeadLetters.class);

  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final Map<Integer, LogWriter> writers = new ConcurrentHashMap<>();

  /**
   * @param producer the letters' from now on, and closed with them
   */
  KafkaDeadLetters(String topic, Producer<byte[], byte[]> producer) {
    this.topic = topic;
    this.producer = producer;
  }

  @Override
  public void add(ConsumerRecord<byte[], byte[]> record, String reason, String detail) {
    String origin = record.topic() + "-" + record.partition() + "@" + record.offset();
    RawRecord raw = KafkaRecords.fromKafka(record);
    Map<String, String> headers = new HashMap<>(raw.headers());
    headers.put("reason", reason);
    headers.put("detail", detail);
    headers.put("origin", origin);
    log.warn("{} set aside as {}: {}", origin, reason, detail);
    writers
        .computeIfAbsent(record.partition(), n -> new LogWriter(topic, n, producer))
        .append(new RawRecord(raw.key(), headers, raw.value()), new Logged(origin));
  }

  @Override
  public void close() {
    writers.values().forEach(LogWriter::close);
    producer.close();
  }

  private record Logged(String origin) implements LogWriter.Done {
    @Override
    public void appended(long offset) {
      log.debug("{} is dead letter {}", origin, offset);
    }

    @Override
    public void failed(Exception cause) {
      log.error("{} could not be set aside: {}", origin, cause.toString());
    }
  }
}
