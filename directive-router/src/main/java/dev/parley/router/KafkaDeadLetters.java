package dev.parley.router;

import dev.parley.turnlog.DeadLetters;
import dev.parley.turnlog.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;

/** The router's dead letters, in the partitions where they were found. */
final class KafkaDeadLetters implements SetAside, AutoCloseable {
  private static final Duration END_WITHIN = Duration.ofSeconds(2);

  private final Topics topics;
  private final Producer<byte[], byte[]> producer;
  private final Map<Integer, DeadLetters> partitions = new ConcurrentHashMap<>();

  /**
   * @param producer the letters' from now on, and closed with them
   */
  KafkaDeadLetters(Topics topics, Producer<byte[], byte[]> producer) {
    this.topics = topics;
    this.producer = producer;
  }

  @Override
  public void add(ConsumerRecord<byte[], byte[]> record, String reason, String detail) {
    partitions
        .computeIfAbsent(record.partition(), n -> new DeadLetters(topics, n, producer, "router"))
        .add(record, reason + ": " + detail);
  }

  @Override
  public void close() {
    partitions.values().forEach(DeadLetters::close);
    try {
      for (DeadLetters letters : partitions.values()) {
        boolean _ = letters.awaitEnd(END_WITHIN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(END_WITHIN);
  }
}
