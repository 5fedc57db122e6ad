package dev.parley.cli.kafka;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.CommonSettings;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Settings;
import dev.parley.cli.log.Logging;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.StartException;
import dev.parley.turnlog.TopicCheck;
import dev.parley.turnlog.Topics;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;

/**
 * Where Kafka is and how to talk to it.
 *
 * @param bootstrap each HOST:PORT
 * @param passedThrough settings of Kafka's own clients
 */
public record KafkaConnection(List<String> bootstrap, Map<String, String> passedThrough) {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final String CLIENT_LOGS = "org.apache.kafka";

  /** Copies both. */
  public KafkaConnection {
    bootstrap = List.copyOf(bootstrap);
    passedThrough = Map.copyOf(passedThrough);
  }

  /** What the settings say. */
  public static KafkaConnection of(Settings settings) throws ConfigException {
    return new KafkaConnection(settings.get(CommonSettings.BOOTSTRAP), settings.kafka());
  }

  /** The addresses with commas between. */
  public String address() {
    return String.join(",", bootstrap);
  }

  /**
   * A command for people to run, about the topics that this one is about.
   *
   * @param words of the command, and what it is about
   */
  public String command(String words, Topics topics) {
    StringBuilder command = new StringBuilder("./parley ").append(words);
    if (!bootstrap.equals(CommonSettings.DEFAULT_BOOTSTRAP)) {
      command.append(" --bootstrap ").append(address());
    }
    if (!topics.equals(Topics.DEFAULT)) {
      command.append(" --topic-prefix ").append(topics.prefix());
    }
    return command.toString();
  }

  /** What every Kafka client is made with. */
  public Map<String, Object> clientSettings() {
    Map<String, Object> properties = new HashMap<>(passedThrough);
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, address());
    return properties;
  }

  /** An admin client, after {@link #check()}. */
  public Admin admin() throws CommandException {
    check();
    return Admin.create(clientSettings());
  }

  /** What Parley's parts are told of it. */
  public KafkaSettings settings() {
    return new KafkaSettings(address(), Map.copyOf(passedThrough));
  }

  /**
   * Makes sure that Kafka answers.
   *
   * @throws CommandException when it does not within 15 s, saying why and what to do
   */
  public void check() throws CommandException {
    check(Topics.DEFAULT, check -> check.answers(PATIENCE));
  }

  /**
   * Makes sure that Kafka answers and has Parley's topics.
   *
   * @throws CommandException when it does not or has not within 15 s, saying what to do
   */
  public void check(Topics topics) throws CommandException {
    check(topics, check -> check.partitions(PATIENCE));
  }

  @FunctionalInterface
  private interface Question {
    void ask(TopicCheck check) throws StartException;
  }

  private void check(Topics topics, Question question) throws CommandException {
    try (Logging.Hush _ = Logging.hush(CLIENT_LOGS, "off");
        TopicCheck check = new TopicCheck(settings(), topics, "parley-check")) {
      question.ask(check);
    } catch (StartException e) {
      boolean nobodyThere =
          e.getCause() instanceof ConnectException || e.getCause() instanceof UnknownHostException;
      throw new CommandException(
          e.getMessage()
              + (nobodyThere
                  ? ". Start one with ./parley broker, or give --bootstrap HOST:PORT."
                  : ""),
          e);
    }
  }
}
