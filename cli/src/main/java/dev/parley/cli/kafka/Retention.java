package dev.parley.cli.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/** How long a topic keeps its records, in words. */
final class Retention {
  private Retention() {}

  static String describe(Map<String, String> settings) {
    if (settings
        .getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "")
        .contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      return "compacted";
    }
    long bytes = number(settings, TopicConfig.RETENTION_BYTES_CONFIG);
    return age(number(settings, TopicConfig.RETENTION_MS_CONFIG))
        + (bytes < 0 ? "" : ", at most " + (bytes >> 20) + " MiB a partition");
  }

  private static String age(long millis) {
    if (millis < 0) {
      return "for ever";
    }
    Duration age = Duration.ofMillis(millis);
    if (age.toHours() >= 48) {
      return age.toDays() + " days";
    }
    return age.toMinutes() >= 120 ? age.toHours() + " hours" : age.toMinutes() + " minutes";
  }

  private static long number(Map<String, String> settings, String name) {
    return Long.parseLong(settings.getOrDefault(name, "-1"));
  }
}
