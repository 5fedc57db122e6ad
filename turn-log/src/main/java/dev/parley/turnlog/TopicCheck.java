package dev.parley.turnlog;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Whether Kafka answers and has Parley's topics, each with the same number of partitions; and if
 * not, what is true of it, as far as that can be known. One thread at a time; blocks.
 */
public final class TopicCheck implements AutoCloseable {
  private final KafkaSettings kafka;
  private final Topics topics;
  private final String clientId;
  private @Nullable Admin admin;

  public TopicCheck(KafkaSettings kafka, Topics topics, String clientId) {
    this.kafka = kafka;
    this.topics = topics;
    this.clientId = clientId;
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
    greet(within);
    var options = new DescribeClusterOptions().timeoutMs(millisUntil(deadline));
    get(client().describeCluster(options).nodes(), deadline, within);
  }

  /**
   * The number of partitions that all topics share.
   *
   * @param within how long all of it may take
   * @throws StartException when Kafka does not answer, has not all topics, or their numbers differ
   */
  public int partitions(Duration within) throws StartException {
    long deadline = System.nanoTime() + within.toNanos();
    greet(within);
    return describe(deadline, within);
  }

  /**
   * The same for one who has been answered before: the brokers that its client knows are asked, and
   * only if they are silent the addresses of the settings.
   */
  int partitionsAgain(Duration within) throws StartException {
    if (admin == null) {
      return partitions(within);
    }
    try {
      return describe(System.nanoTime() + within.toNanos(), within);
    } catch (StartException e) {
      if (e.getCause() instanceof TimeoutException
          || e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        greet(within);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    if (admin != null) {
      // At once: a graceful close would wait for the answer that did not come.
      admin.close(Duration.ZERO);
      admin = null;
    }
  }

  private int describe(long deadline, Duration within) throws StartException {
    Map<String, Integer> counts = new TreeMap<>();
    List<String> missing = new ArrayList<>();
    Map<String, KafkaFuture<TopicDescription>> asked =
        client()
            .describeTopics(
                topics.all(), new DescribeTopicsOptions().timeoutMs(millisUntil(deadline)))
            .topicNameValues();
    for (String topic : topics.all()) {
      KafkaFuture<TopicDescription> answer = asked.get(topic);
      try {
        if (answer != null) {
          counts.put(topic, get(answer, deadline, within).partitions().size());
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

  /** Asks each address until one answers as it should. */
  private void greet(Duration within) throws StartException {
    List<KafkaAddress> addresses;
    try {
      kafka.check();
      addresses = KafkaAddress.all(kafka.bootstrap());
    } catch (KafkaException e) {
      throw StartException.of(e);
    } catch (IllegalArgumentException e) {
      throw new StartException(new Trouble.Dead("Kafka's address is " + e.getMessage()), e);
    }
    StartException last = null;
    for (KafkaAddress address : addresses) {
      KafkaAddress.Answer answer = address.ask(within.dividedBy(addresses.size()));
      String wrong = wrong(address, answer, within);
      if (wrong.isEmpty()) {
        return;
      }
      last = StartException.waiting(wrong, cause(answer));
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    if (last != null) {
      throw last;
    }
  }

  /** As Java has it, for whoever wants to tell what can be done. */
  private static @Nullable Throwable cause(KafkaAddress.Answer answer) {
    return switch (answer) {
      case REFUSES -> new ConnectException();
      case NO_SUCH_HOST -> new UnknownHostException();
      case KAFKA, TLS, FOREIGN, CLOSES, SILENCE -> null;
    };
  }

  private String wrong(KafkaAddress address, KafkaAddress.Answer answer, Duration within) {
    String protocol =
        String.valueOf(
            kafka
                .overrides()
                .getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "PLAINTEXT"));
    boolean tls = protocol.endsWith("SSL");
    return switch (answer) {
      case KAFKA ->
          tls
              ? where()
                  + " speaks without TLS, and kafka.security.protocol is "
                  + protocol
                  + ": set it to PLAINTEXT or SASL_PLAINTEXT"
              : "";
      case TLS ->
          tls
              ? ""
              : "what listens at "
                  + address
                  + " speaks TLS, and kafka.security.protocol is "
                  + protocol
                  + ": set it to SSL or SASL_SSL";
      // A server with TLS may also be silent to who does not begin with a handshake.
      case CLOSES -> tls ? "" : where() + " takes connections and closes them without an answer";
      case SILENCE -> tls ? "" : silent(within);
      case FOREIGN -> "what listens at " + address + " answers, but it is not Kafka";
      case REFUSES -> where() + " does not answer (connection refused)";
      case NO_SUCH_HOST -> where() + " does not answer (no such host: " + address.host() + ")";
    };
  }

  private String where() {
    return "Kafka at " + kafka.bootstrap();
  }

  private String silent(Duration within) {
    return where() + " gave no answer in time (" + within.toSeconds() + " s)";
  }

  private Admin client() throws StartException {
    if (admin == null) {
      try {
        admin = Admin.create(kafka.admin(clientId));
      } catch (KafkaException e) {
        throw StartException.of(e);
      }
    }
    return admin;
  }

  private <T> T get(KafkaFuture<T> answer, long deadline, Duration within) throws StartException {
    try {
      return answer.get(millisUntil(deadline) + 500L, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw StartException.waiting(silent(within), e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw StartException.waiting(said(cause, within), cause);
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
      throw StartException.waiting("interrupted", e);
    }
  }

  private String said(Throwable cause, Duration within) {
    return switch (cause) {
      case org.apache.kafka.common.errors.TimeoutException e -> silent(within);
      case SslAuthenticationException e ->
          where() + " and this process do not come to terms over TLS: " + e.getMessage();
      case AuthenticationException e ->
          where() + " refuses the credentials of this process: " + e.getMessage();
      case AuthorizationException e -> where() + " does not permit this: " + e.getMessage();
      default -> where() + " answers with an error: " + cause.getMessage();
    };
  }

  private static int millisUntil(long deadline) {
    return (int) Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis());
  }
}
