package dev.parley.turnlog;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Whether Kafka has the topics, each with the same number of partitions. */
public final class TopicCheck {
  private static final int LIMIT_SECONDS = 10;

  private TopicCheck() {}

  /**
   * The number of partitions that all topics share.
   *
   * @throws IOException when one is missing, the numbers differ, or Kafka does not answer; the
   *     message says what to do
   */
  public static int partitions(Admin admin, Topics topics) throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    try {
      Map<String, TopicDescription> found =
          admin
              .describeTopics(
                  topics.all(), new DescribeTopicsOptions().timeoutMs(LIMIT_SECONDS * 1000))
              .allTopicNames()
              .get(LIMIT_SECONDS + 1, TimeUnit.SECONDS);
      found.forEach((name, description) -> counts.put(name, description.partitions().size()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new IOException(
            "Kafka has not all of Parley's topics ("
                + String.join(", ", topics.all())
                + "): run ./parley topics",
            e);
      }
      throw new IOException("Kafka does not answer: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException("Kafka does not answer within " + LIMIT_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (counts.values().stream().distinct().count() > 1) {
      throw new IOException(
          "Parley's topics must have the same number of partitions, but have " + counts);
    }
    return counts.values().iterator().next();
  }
}
