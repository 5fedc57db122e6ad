package dev.parley.cli.kafka;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.CommonSettings;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Settings;
import dev.parley.cli.log.Logging;
import dev.parley.turnlog.TopicCheck;
import dev.parley.turnlog.Topics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where Kafka is and how to talk to it.
 *
 * @param bootstrap each HOST:PORT
 * @param passedThrough settings of Kafka's own clients
 */
public record KafkaConnection(List<String> bootstrap, Map<String, String> passedThrough) {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaConnection.class);

  /** Long enough for a slow network, short enough to be told within 15 s. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final Duration CONNECT = Duration.ofSeconds(2);
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

  /**
   * Makes sure that Kafka answers.
   *
   * @throws CommandException when it does not, within ten seconds, saying why and what to do
   */
  public void check() throws CommandException {
    check(Optional.empty());
  }

  /**
   * Makes sure that Kafka answers and has Parley's topics.
   *
   * @throws CommandException when it does not or has not, saying what to do
   */
  public void check(Topics topics) throws CommandException {
    check(Optional.of(topics));
  }

  private void check(Optional<Topics> topics) throws CommandException {
    Optional<String> refusal = refusal();
    if (refusal.isPresent()) {
      throw new CommandException(
          "Kafka at "
              + address()
              + " does not answer ("
              + refusal.get()
              + "). Start one with ./parley broker, or give --bootstrap HOST:PORT.");
    }
    Map<String, Object> properties = clientSettings();
    properties.put("default.api.timeout.ms", Math.toIntExact(PATIENCE.toMillis()));
    properties.put("request.timeout.ms", Math.toIntExact(PATIENCE.toMillis()) - 1_000);
    try (Logging.Hush _ = Logging.hush(CLIENT_LOGS, "off");
        Admin admin = Admin.create(properties)) {
      admin.describeCluster().nodes().get(PATIENCE.toMillis() + 500, TimeUnit.MILLISECONDS);
      if (topics.isPresent()) {
        int partitions = TopicCheck.partitions(admin, topics.get());
        LOG.debug("Kafka has all topics, with {} partitions each", partitions);
      }
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new CommandException(
          "something listens at "
              + address()
              + ", but it does not answer as Kafka should"
              + reason(e)
              + ". Check --bootstrap, and kafka.security.protocol where TLS or SASL is asked for.",
          e);
    } catch (IOException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted while asking for Kafka", e);
    }
  }

  private static String reason(Exception e) {
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    // A time-out's own words are about the client's insides.
    return cause instanceof TimeoutException
            || cause instanceof org.apache.kafka.common.errors.TimeoutException
        ? ""
        : " (" + Logging.inOneLine(cause) + ")";
  }

  /** Why no address takes a connection; empty when one does. */
  private Optional<String> refusal() {
    String last = "";
    for (String endpoint : bootstrap) {
      int colon = endpoint.lastIndexOf(':');
      String host = endpoint.substring(0, colon).replaceAll("[\\[\\]]", "");
      InetSocketAddress address =
          new InetSocketAddress(host, Integer.parseInt(endpoint.substring(colon + 1)));
      if (address.isUnresolved()) {
        last = "no such host: " + host;
        continue;
      }
      try (Socket socket = new Socket()) {
        socket.connect(address, Math.toIntExact(CONNECT.toMillis()));
        return Optional.empty();
      } catch (IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(java.util.Locale.ROOT);
        last = message.contains("refused") ? "connection refused" : message;
      }
    }
    return Optional.of(last);
  }
}
