package dev.parley.cli.config;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/** The keys of Kafka's own clients, which pass through as {@code kafka.*}. */
final class KafkaKeys {
  static final String FILE_PREFIX = "kafka.";
  static final String VARIABLE_PREFIX = "PARLEY_KAFKA_";
  private static final String BOOTSTRAP = "bootstrap.servers";
  private static final Map<String, ConfigDef.ConfigKey> KEYS = keys();

  private KafkaKeys() {}

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
    if (key.equals(BOOTSTRAP)) {
      throw new ConfigException(origin + ": Kafka's address is set by \"bootstrap\" alone");
    }
    if (!KEYS.containsKey(key)) {
      throw new ConfigException(
          "Kafka's clients know no key \""
              + key
              + "\" ("
              + origin
              + "); the nearest one is "
              + NearestName.to(key, KEYS.keySet()));
    }
  }

  static boolean isSecret(String key) {
    ConfigDef.ConfigKey known = KEYS.get(key);
    return known == null || known.type == ConfigDef.Type.PASSWORD;
  }
}
