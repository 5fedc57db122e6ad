package dev.parley.producer;

import static dev.parley.producer.PublishException.Reason.LOST;
import static dev.parley.producer.PublishException.Reason.NO_TOPIC;
import static dev.parley.producer.PublishException.Reason.SETTINGS;
import static dev.parley.producer.PublishException.Reason.UNREACHABLE;

import dev.parley.protocol.record.RawRecord;
import dev.parley.turnlog.KafkaRecords;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Appends to one topic through a Kafka producer. */
final class KafkaSink implements RecordSink {
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final String bootstrap;

  /** Owns the producer. */
  KafkaSink(Producer<byte[], byte[]> producer, String topic, String bootstrap) {
    this.producer = producer;
    this.topic = topic;
    this.bootstrap = bootstrap;
  }

  /** Makes the producer; nothing is sent and no broker asked yet. */
  static KafkaSink connect(
      String bootstrap, String topic, String clientId, Map<String, Object> overrides)
      throws PublishException {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    // The system's own, which grow, as turn-log's clients have them.
    settings.put(ProducerConfig.SEND_BUFFER_CONFIG, -1);
    settings.put(ProducerConfig.RECEIVE_BUFFER_CONFIG, -1);
    // A chunk that is 10 s late is of no use to the person who spoke it.
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    settings.putAll(overrides);
    String brokers = String.valueOf(settings.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG));
    try {
      return new KafkaSink(
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
          topic,
          brokers);
    } catch (KafkaException e) {
      // Its own message only says that the construction failed.
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw new PublishException(
          SETTINGS, "Kafka settings for " + brokers + ": " + why.getMessage(), e);
    }
  }

  @Override
  public int partitions() throws PublishException {
    try {
      return producer.partitionsFor(topic).size();
    } catch (TimeoutException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new PublishException(
            NO_TOPIC, "there is no topic " + topic + " at " + bootstrap + ": create it first", e);
      }
      throw new PublishException(
          UNREACHABLE, "no Kafka broker answers at " + bootstrap + ": is it running?", e);
    } catch (KafkaException e) {
      throw new PublishException(UNREACHABLE, "Kafka at " + bootstrap + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Place append(int partition, RawRecord record) throws PublishException {
    try {
      RecordMetadata metadata =
          await(producer.send(KafkaRecords.toKafka(topic, partition, record)));
      return new Place(metadata.offset(), metadata.timestamp());
    } catch (ExecutionException e) {
      throw lost(partition, e.getCause() == null ? e : e.getCause());
    } catch (KafkaException | IllegalStateException e) {
      throw lost(partition, e);
    }
  }

  /** Bounded by delivery.timeout.ms, so an interrupt can wait. */
  private static RecordMetadata await(Future<RecordMetadata> sent) throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return sent.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private PublishException lost(int partition, Throwable cause) {
    return new PublishException(
        LOST,
        "Kafka at "
            + bootstrap
            + " did not acknowledge a record for "
            + topic
            + ", partition "
            + partition
            + ": "
            + cause.getMessage(),
        cause);
  }

  @Override
  public void close() {
    producer.close(CLOSE_WITHIN);
  }
}
