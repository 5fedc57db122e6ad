package dev.parley.cli.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/** The keys of Kafka's own clients, which pass through as {@code kafka.*}. */
final class KafkaKeys {
  static final String FILE_PREFIX = "kafka.";
  static final String VARIABLE_PREFIX = "PARLEY_KAFKA_";

  /** Keys that are not the operator's, and what Parley would break with. */
  private static final Map<String, String> OURS = ours();

  private static final Map<String, ConfigDef.ConfigKey> KEYS = keys();

  private KafkaKeys() {}

  private static Map<String, String> ours() {
    String commits = "what is committed follows from what is settled, or turns would be lost";
    String writes = "a record that is acknowledged must be safe, and in order";
    String bytes = "records are bytes in Parley's own layout";
    return Map.ofEntries(
        Map.entry("bootstrap.servers", "Kafka's address is set by \"bootstrap\" alone"),
        Map.entry("group.id", "the group is set by \"group\" alone, where a part has one"),
        Map.entry("client.id", "each client has a name of its own, by which it is found in logs"),
        Map.entry("group.instance.id", "the group must miss a part that is gone"),
        Map.entry("enable.auto.commit", commits),
        Map.entry("auto.commit.interval.ms", commits),
        Map.entry("auto.offset.reset", commits),
        Map.entry("acks", writes),
        Map.entry("retries", writes),
        Map.entry("enable.idempotence", writes),
        Map.entry("max.in.flight.requests.per.connection", writes),
        Map.entry("transactional.id", "Parley's order rests on the ledger, not on transactions"),
        Map.entry("key.serializer", bytes),
        Map.entry("value.serializer", bytes),
        Map.entry("key.deserializer", bytes),
        Map.entry("value.deserializer", bytes));
  }

  private static Map<String, ConfigDef.ConfigKey> keys() {
    Map<String, ConfigDef.ConfigKey> keys =
        new HashMap<>(AdminClientConfig.configDef().configKeys());
    keys.putAll(ProducerConfig.configDef().configKeys());
    keys.putAll(ConsumerConfig.configDef().configKeys());
    return Map.copyOf(keys);
  }

  /** {@code PARLEY_KAFKA_SECURITY_PROTOCOL} is {@code security.protocol}. */
  static String ofVariable(String variable) {
    return variable.substring(VARIABLE_PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
  }

  static void check(String key, String origin) throws ConfigException {
    String why = OURS.get(key);
    if (why != null) {
      throw new ConfigException(
          "Kafka's \"" + key + "\" (" + origin + ") is not to be set: " + why);
    }
    if (!KEYS.containsKey(key)) {
      throw new ConfigException(
          "Kafka's clients know no key \""
              + key
              + "\" ("
              + origin
              + "); the nearest one is "
              + NearestName.to(key, theirs()));
    }
  }

  private static Set<String> theirs() {
    Set<String> theirs = new HashSet<>(KEYS.keySet());
    theirs.removeAll(OURS.keySet());
    return theirs;
  }

  static boolean isSecret(String key) {
    ConfigDef.ConfigKey known = KEYS.get(key);
    return known == null || known.type == ConfigDef.Type.PASSWORD;
  }
}
