package dev.parley.router;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Asks the brokers, once at the start, how the topics are cut. */
final class Partitioning {
  private Partitioning() {}

  /**
   * N, the same for the ledger, the attachments and the dead letters.
   *
   * @throws IllegalStateException when it is not, or the brokers don't say
   */
  static int of(RouterConfig config) {
    Map<String, Integer> counts = counts(config);
    if (counts.values().stream().distinct().count() != 1) {
      throw new IllegalStateException(
          "all topics must have the same number of partitions, but there are " + counts);
    }
    return counts.values().iterator().next();
  }

  private static Map<String, Integer> counts(RouterConfig config) {
    List<String> topics =
        List.of(
            config.topics().ledger(), config.topics().attachments(), config.topics().deadLetters());
    // Closed at once: a graceful close would wait for the answer that did not come.
    Admin admin = Admin.create(config.kafka().admin(config.group() + "-start"));
    try {
      Map<String, Integer> counts = new TreeMap<>();
      admin
          .describeTopics(topics)
          .allTopicNames()
          .get(config.startWithin().toMillis(), TimeUnit.MILLISECONDS)
          .forEach((name, topic) -> counts.put(name, topic.partitions().size()));
      return counts;
    } catch (TimeoutException e) {
      throw silent(config, e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw silent(config, cause);
      }
      throw new IllegalStateException(
          topics + ": " + cause.getMessage() + " (\"parley topics\" creates them)", cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting", e);
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  private static IllegalStateException silent(RouterConfig config, Throwable cause) {
    return new IllegalStateException(
        "no answer from Kafka at "
            + config.kafka().bootstrap()
            + " within "
            + config.startWithin().toSeconds()
            + " s: is it running, and is the address right?",
        cause);
  }
}
