package dev.parley.cli.kafka;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.log.Logging;
import dev.parley.turnlog.TopicCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates the topics that are missing and checks those that are there. Done twice, it is done. */
public final class TopicSetup {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** Where another value loses records, or loses the time they are judged by. */
  private static final Set<String> VITAL =
      Set.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);

  private final Admin admin;
  private final TopicPlan plan;

  public TopicSetup(Admin admin, TopicPlan plan) {
    this.admin = admin;
    this.plan = plan;
  }

  /** The same, with as many partitions as the topics have that are there already, if any are. */
  public TopicSetup adoptingPartitions() throws CommandException {
    OptionalInt found =
        describe().values().stream().mapToInt(topic -> topic.partitions().size()).max();
    return found.isEmpty() ? this : new TopicSetup(admin, plan.withPartitions(found.getAsInt()));
  }

  /**
   * Creates what is missing, checks everything.
   *
   * @throws CommandException when a topic cannot be made, or one that is there cannot serve
   */
  public List<TopicState> ensure() throws CommandException {
    Map<String, TopicDescription> found = describe();
    checkPartitions(found);
    List<NewTopic> missing =
        plan.newTopics().stream().filter(topic -> !found.containsKey(topic.name())).toList();
    create(missing);
    Set<String> created = new TreeSet<>();
    missing.forEach(topic -> created.add(topic.name()));
    return states(created);
  }

  private void checkPartitions(Map<String, TopicDescription> found) throws CommandException {
    Map<String, Integer> counts = new HashMap<>();
    found.forEach((name, topic) -> counts.put(name, topic.partitions().size()));
    if (counts.values().stream().distinct().count() > 1) {
      throw new CommandException(TopicCheck.differing(counts));
    }
    for (Map.Entry<String, Integer> topic : counts.entrySet()) {
      if (topic.getValue() != plan.partitions()) {
        throw new CommandException(
            "%s has %d partitions and %d are planned; all of Parley's topics must have the same number. Give --partitions %d, or drain and make the topics anew to change it."
                .formatted(topic.getKey(), topic.getValue(), plan.partitions(), topic.getValue()));
      }
    }
  }

  private void create(List<NewTopic> missing) throws CommandException {
    for (Map.Entry<String, KafkaFuture<Void>> topic :
        admin.createTopics(missing).values().entrySet()) {
      try {
        topic.getValue().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw new CommandException(
              "topic " + topic.getKey() + " cannot be made: " + Logging.inOneLine(cause(e)), e);
        }
      } catch (TimeoutException e) {
        throw late(e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private List<TopicState> states(Set<String> created) throws CommandException {
    Map<String, TopicDescription> found = awaitAll();
    checkPartitions(found);
    List<ConfigResource> resources =
        plan.topics().all().stream()
            .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
            .toList();
    Map<ConfigResource, Config> configs = get(admin.describeConfigs(resources).all());
    List<TopicState> states = new ArrayList<>();
    for (Map.Entry<String, Map<String, String>> planned : plan.settings().entrySet()) {
      String name = planned.getKey();
      Map<String, String> actual = new HashMap<>();
      Config config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, name));
      TopicDescription topic = found.get(name);
      if (config == null || topic == null) {
        throw new CommandException("topic " + name + " vanished while it was checked");
      }
      config.entries().forEach(entry -> actual.put(entry.name(), entry.value()));
      states.add(
          new TopicState(
              name,
              topic.partitions().size(),
              topic.partitions().getFirst().replicas().size(),
              created.contains(name),
              Retention.describe(actual),
              differences(name, planned.getValue(), actual)));
    }
    return states;
  }

  private static List<String> differences(
      String topic, Map<String, String> planned, Map<String, String> actual)
      throws CommandException {
    List<String> differences = new ArrayList<>();
    for (Map.Entry<String, String> setting : planned.entrySet()) {
      String value = actual.getOrDefault(setting.getKey(), "");
      if (value.equals(setting.getValue())) {
        continue;
      }
      String difference = setting.getKey() + " is " + value + ", planned " + setting.getValue();
      if (VITAL.contains(setting.getKey())) {
        throw new CommandException(
            "topic "
                + topic
                + " cannot serve: "
                + difference
                + ". Set it with kafka-configs, or make the topic anew.");
      }
      differences.add(difference);
    }
    return differences;
  }

  /** A new topic is known to every broker a moment after it was made. */
  private Map<String, TopicDescription> awaitAll() throws CommandException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Map<String, TopicDescription> found = describe();
    while (found.size() < plan.topics().all().size()) {
      if (System.nanoTime() - deadline > 0) {
        throw new CommandException("Kafka made the topics but does not list them after 15 s");
      }
      found = describe();
    }
    return found;
  }

  private Map<String, TopicDescription> describe() throws CommandException {
    Map<String, TopicDescription> found = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
        admin.describeTopics(plan.topics().all()).topicNameValues().entrySet()) {
      try {
        found.put(topic.getKey(), topic.getValue().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw refused(e);
        }
      } catch (TimeoutException e) {
        throw late(e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    return found;
  }

  private static <T> T get(KafkaFuture<T> future) throws CommandException {
    try {
      return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw refused(e);
    } catch (TimeoutException e) {
      throw late(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static CommandException refused(ExecutionException e) {
    return new CommandException(
        "Kafka cannot be asked for its topics: " + Logging.inOneLine(cause(e)), e);
  }

  private static Throwable cause(ExecutionException e) {
    return e.getCause() == null ? e : e.getCause();
  }

  private static CommandException late(TimeoutException e) {
    return new CommandException(
        "Kafka did not answer about its topics within " + PATIENCE.toSeconds() + " s", e);
  }

  private static CommandException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new CommandException("interrupted", e);
  }
}
