package dev.parley.turnlog;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Whether Kafka answers and has Parley's topics, each with the same number of partitions; and if
 * not, what is true of it, as far as that can be known. One thread at a time; blocks.
 */
public final class TopicCheck implements AutoCloseable {
  private final KafkaSettings kafka;
  private final Topics topics;
  private final KafkaGreeting greeting;
  private final KafkaAnswers answers;

  public TopicCheck(KafkaSettings kafka, Topics topics, String clientId) {
    this.kafka = kafka;
    this.topics = topics;
    this.greeting = new KafkaGreeting(kafka);
    this.answers = new KafkaAnswers(kafka, clientId);
  }

  /**
   * Makes sure that Kafka answers.
   *
   * @param within how long all of it may take
   * @throws StartException when it does not, saying why; its cause is a {@link ConnectException} or
   *     an {@link UnknownHostException} when nobody is there at all
   */
  public void answers(Duration within) throws StartException {
    long deadline = System.nanoTime() + within.toNanos();
    greeting.greet(within);
    var options = new DescribeClusterOptions().timeoutMs(KafkaAnswers.millisUntil(deadline));
    answers.get(answers.client().describeCluster(options).nodes(), deadline, within);
  }

  /**
   * The number of partitions that all topics share.
   *
   * @param within how long all of it may take
   * @throws StartException when Kafka does not answer, has not all topics, or their numbers differ
   */
  public int partitions(Duration within) throws StartException {
    long deadline = System.nanoTime() + within.toNanos();
    greeting.greet(within);
    return describe(deadline, within);
  }

  /**
   * The same for one who has been answered before: the brokers that its client knows are asked, and
   * only if they are silent the addresses of the settings.
   */
  int partitionsAgain(Duration within) throws StartException {
    if (!answers.hasClient()) {
      return partitions(within);
    }
    try {
      return describe(System.nanoTime() + within.toNanos(), within);
    } catch (StartException e) {
      if (e.getCause() instanceof TimeoutException
          || e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        greeting.greet(within);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    answers.close();
  }

  private int describe(long deadline, Duration within) throws StartException {
    Map<String, Integer> counts = new TreeMap<>();
    List<String> missing = new ArrayList<>();
    Map<String, KafkaFuture<TopicDescription>> asked =
        answers
            .client()
            .describeTopics(
                topics.all(),
                new DescribeTopicsOptions().timeoutMs(KafkaAnswers.millisUntil(deadline)))
            .topicNameValues();
    for (String topic : topics.all()) {
      KafkaFuture<TopicDescription> answer = asked.get(topic);
      try {
        if (answer != null) {
          counts.put(topic, answers.get(answer, deadline, within).partitions().size());
        }
      } catch (StartException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
        missing.add(topic);
      }
    }
    if (!missing.isEmpty()) {
      throw StartException.waiting(missing(missing), null);
    }
    if (counts.values().stream().distinct().count() > 1) {
      throw StartException.waiting(differing(counts), null);
    }
    return counts.values().iterator().next();
  }

  private String missing(List<String> missing) {
    String prefix = topics.equals(Topics.DEFAULT) ? "" : " --topic-prefix " + topics.prefix();
    return "%s %s missing at %s: \"./parley topics --bootstrap %s%s\" makes %s"
        .formatted(
            String.join(", ", missing),
            missing.size() == 1 ? "is" : "are",
            kafka.bootstrap(),
            kafka.bootstrap(),
            prefix,
            missing.size() == 1 ? "it" : "them");
  }

  /**
   * What to say of topics that are there with different numbers of partitions.
   *
   * @param counts of each
   */
  public static String differing(Map<String, Integer> counts) {
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    List<String> each = new ArrayList<>();
    List<String> fewer = new ArrayList<>();
    new TreeMap<>(counts)
        .forEach((topic, count) -> {
          each.add(topic + " has " + count);
          if (count < most) {
            fewer.add(topic);
          }
        });
    return "Parley's topics must have the same number of partitions, but "
        + String.join(", ", each)
        + ". Either stop all parts and give "
        + String.join(", ", fewer)
        + " as many with \"kafka-topics --alter --partitions "
        + most
        + "\", or delete those that are empty and run ./parley topics again";
  }
}
