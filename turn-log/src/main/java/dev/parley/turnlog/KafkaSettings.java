package dev.parley.turnlog;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How Parley's parts use Kafka.
 *
 * @param bootstrap {@code host:port[,host:port...]}
 * @param overrides client settings of the operator's, by Kafka's names. They win over ours, all of
 *     them: so the keys that Parley's promises rest on, such as {@code acks}, {@code
 *     enable.auto.commit} or {@code group.id}, must not be among them. Nobody looks for them here;
 *     the command line refuses them, with the reason.
 */
public record KafkaSettings(String bootstrap, Map<String, Object> overrides) {
  /** Copies the map. */
  public KafkaSettings {
    overrides = Map.copyOf(overrides);
  }

  /**
   * A member of a group that owns partitions: no auto-commit; a dead member is missed after 6 s,
   * one that polls no more after 15 s.
   */
  public Consumer<byte[], byte[]> groupConsumer(String group, String clientId) {
    return groupConsumer(group, clientId, Map.of());
  }

  /** The same with more settings, by Kafka's names; the operator's own win over them. */
  public Consumer<byte[], byte[]> groupConsumer(
      String group, String clientId, Map<String, Object> more) {
    return new KafkaConsumer<>(
        ofGroupConsumer(group, clientId, more),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  Map<String, Object> ofGroupConsumer(String group, String clientId, Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 15_000);
    if (!"consumer".equals(overrides.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG))) {
      // The newer group protocol refuses these three: there they are the broker's.
      config.put(
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          CooperativeStickyAssignor.class.getName());
      config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
      config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_000);
    }
    return common(config, clientId);
  }

  /** A consumer outside any group that says so when an offset is not there, for {@link LogTail}. */
  public Consumer<byte[], byte[]> tail(String clientId, Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // A partition that is followed anew waits for the fetch that is under way.
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    return outsideGroups(config, clientId);
  }

  /** A consumer outside any group, for {@link LogReader}. */
  public Consumer<byte[], byte[]> reader(String clientId) {
    return reader(clientId, Map.of());
  }

  /** The same with more settings, by Kafka's names; the operator's own win over them. */
  public Consumer<byte[], byte[]> reader(String clientId, Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // Closing waits for the fetch that is under way; a reader is short-lived.
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
    // Few partitions are taken over at a time: one whose broker is away must not hold up the
    // others.
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    return outsideGroups(config, clientId);
  }

  private Consumer<byte[], byte[]> outsideGroups(Map<String, Object> config, String clientId) {
    Map<String, Object> all = common(config, clientId);
    all.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * An idempotent producer: acks=all, at most 10 s for a record unless told otherwise.
   *
   * @param lingerMillis how long a record may wait for company
   */
  public Producer<byte[], byte[]> producer(String clientId, int lingerMillis) {
    return producer(clientId, lingerMillis, Map.of());
  }

  /** The same with more settings, by Kafka's names; the operator's own win over them. */
  public Producer<byte[], byte[]> producer(
      String clientId, int lingerMillis, Map<String, Object> more) {
    return new KafkaProducer<>(
        ofProducer(clientId, lingerMillis, more),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  Map<String, Object> ofProducer(String clientId, int lingerMillis, Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.LINGER_MS_CONFIG, lingerMillis);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    config.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    return common(config, clientId);
  }

  /**
   * Makes sure that Kafka's clients take these settings, without asking any broker.
   *
   * @throws ConfigException when they do not
   */
  void check() {
    var _ = new AdminClientConfig(admin("check"));
    Map<String, Object> producer = ofProducer("check", 0, Map.of());
    producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    var _ = new ProducerConfig(producer);
    Map<String, Object> consumer = ofGroupConsumer("check", "check", Map.of());
    consumer.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    consumer.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    var _ = new ConsumerConfig(consumer);
  }

  /** Where Kafka is, as sentences for operators begin. */
  String where() {
    return "Kafka at " + bootstrap;
  }

  /** What is said of a Kafka that does not answer. */
  String silent(Duration within) {
    return where() + " gave no answer in time (" + within.toSeconds() + " s)";
  }

  /** Settings for an admin client. */
  public Map<String, Object> admin(String clientId) {
    return common(new HashMap<>(), clientId);
  }

  private Map<String, Object> common(Map<String, Object> config, String clientId) {
    config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    config.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    // The system's own, which grow: Kafka's 64 KiB are no more than one segment on loopback, where
    // a full window then waits 200 ms for the sender's probe.
    config.put(CommonClientConfigs.RECEIVE_BUFFER_CONFIG, -1);
    config.put(CommonClientConfigs.SEND_BUFFER_CONFIG, -1);
    config.putAll(overrides);
    return config;
  }
}
