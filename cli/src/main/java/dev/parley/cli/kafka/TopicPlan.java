package dev.parley.cli.kafka;

import dev.parley.turnlog.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How Parley's topics are to be.
 *
 * @param partitions of each topic: all have the same number, since a device's records stand in the
 *     partition of the same number on each
 * @param replication copies of each partition; from 3 on, two must be in sync to write
 * @param speechRetention how long speech lives: twice the maximum turn age plus the longest outage
 *     to ride out
 * @param speechBytes at most this much speech in one partition
 */
public record TopicPlan(
    Topics topics, int partitions, int replication, Duration speechRetention, long speechBytes) {
  private static final String LOG_APPEND_TIME = "LogAppendTime";

  /**
   * Speech goes in whole segments only: segments are short, so that it does not outlive its time by
   * much.
   */
  private static final int SEGMENTS_A_LIFE = 4;

  /** The ledger is read back to the oldest open turn; a day of it also answers questions. */
  private static final Duration LEDGER_RETENTION = Duration.ofDays(1);

  private static final Duration DEAD_LETTER_RETENTION = Duration.ofDays(7);
  private static final long DEAD_LETTER_BYTES = 256L << 20;

  /** For trying out: one copy, little speech. */
  public static TopicPlan small(Topics topics, int partitions) {
    return new TopicPlan(topics, partitions, 1, Duration.ofMinutes(30), 256L << 20);
  }

  TopicPlan withPartitions(int number) {
    return new TopicPlan(topics, number, replication, speechRetention, speechBytes);
  }

  /** Each topic, to be created. */
  List<NewTopic> newTopics() {
    return settings().entrySet().stream()
        .map(topic ->
            new NewTopic(topic.getKey(), partitions, (short) replication).configs(topic.getValue()))
        .toList();
  }

  /** Each topic's settings, in the order in which they are listed. */
  Map<String, Map<String, String>> settings() {
    Map<String, Map<String, String>> settings = new java.util.LinkedHashMap<>();
    settings.put(topics.speech(), kept(speechRetention, speechBytes));
    settings.put(topics.ledger(), kept(LEDGER_RETENTION, -1));
    settings.put(topics.attachments(), kept(speechRetention, speechBytes));
    settings.put(topics.routerState(), compacted());
    settings.put(topics.devices(), compacted());
    settings.put(topics.deadLetters(), kept(DEAD_LETTER_RETENTION, DEAD_LETTER_BYTES));
    return settings;
  }

  private Map<String, String> kept(Duration retention, long bytes) {
    Map<String, String> settings = common();
    settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
    settings.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
    settings.put(TopicConfig.RETENTION_BYTES_CONFIG, Long.toString(bytes));
    settings.put(
        TopicConfig.SEGMENT_MS_CONFIG, Long.toString(retention.toMillis() / SEGMENTS_A_LIFE));
    if (bytes > 0) {
      settings.put(
          TopicConfig.SEGMENT_BYTES_CONFIG,
          Long.toString(Math.clamp(bytes / SEGMENTS_A_LIFE, 1 << 20, 1 << 30)));
    }
    return settings;
  }

  private Map<String, String> compacted() {
    Map<String, String> settings = common();
    settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    return settings;
  }

  private Map<String, String> common() {
    Map<String, String> settings = new TreeMap<>();
    settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, LOG_APPEND_TIME);
    settings.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, replication >= 3 ? "2" : "1");
    return settings;
  }
}
