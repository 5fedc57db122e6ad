package dev.parley.demo.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.cli.kafka.TopicPlan;
import dev.parley.cli.kafka.TopicSetup;
import dev.parley.cli.kafka.TopicState;
import dev.parley.turnlog.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topics are tested here too, since it takes a broker to have some. */
class EmbeddedBrokerTest {
  private static EmbeddedBroker broker;
  private static Admin admin;

  private final Topics topics = new Topics("t" + UUID.randomUUID());

  @BeforeAll
  static void start() throws CommandException {
    broker = EmbeddedBroker.start();
    admin = new KafkaConnection(List.of(broker.bootstrap()), Map.of()).admin();
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  private TopicSetup setup(int partitions) {
    return new TopicSetup(admin, TopicPlan.small(topics, partitions));
  }

  @Test
  void missingTopicsAreMadeAllAlike() throws Exception {
    assertThat(setup(3).ensure())
        .hasSize(6)
        .allMatch(TopicState::created)
        .allMatch(topic -> topic.partitions() == 3 && topic.replication() == 1)
        .allMatch(topic -> topic.differences().isEmpty())
        .extracting(TopicState::settings)
        .contains("30 minutes, at most 256 MiB a partition", "compacted");
  }

  @Test
  void topicsThatAreThereStayAsTheyAre() throws Exception {
    setup(2).ensure();
    assertThat(setup(2).ensure()).hasSize(6).noneMatch(TopicState::created);
  }

  @Test
  void anotherNumberOfPartitionsIsFatal() throws Exception {
    setup(2).ensure();
    assertThatThrownBy(() -> setup(3).ensure())
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("has 2 partitions and 3 are planned")
        .hasMessageContaining("--partitions 2");
  }

  @Test
  void unequalNumbersOfPartitionsAreFatalEvenWhenAdopted() throws Exception {
    admin
        .createTopics(
            List.of(
                new NewTopic(topics.speech(), 4, (short) 1),
                new NewTopic(topics.ledger(), 2, (short) 1)))
        .all()
        .get();
    assertThatThrownBy(() -> setup(8).adoptingPartitions().ensure())
        .hasMessageContaining(topics.ledger() + " has 2, " + topics.speech() + " has 4")
        .hasMessageContaining(
            "give " + topics.ledger() + " as many with \"kafka-topics --alter --partitions 4\"");
  }

  /** The controller says that they are gone before the broker knows it. */
  private void delete(String... names) throws Exception {
    admin.deleteTopics(List.of(names)).all().get();
    await().until(() -> Collections.disjoint(admin.listTopics().names().get(), List.of(names)));
  }

  @Test
  void onlyTheTopicsThatAreMissingAreNamedWithTheCommandThatMakesThem() throws Exception {
    KafkaConnection connection = new KafkaConnection(List.of(broker.bootstrap()), Map.of());
    setup(1).ensure();
    connection.check(topics);
    delete(topics.devices(), topics.ledger());
    assertThatThrownBy(() -> connection.check(topics))
        .isInstanceOf(CommandException.class)
        .hasMessage(
            "%s, %s are missing at %s: \"./parley topics --bootstrap %s --topic-prefix %s\" makes them"
                .formatted(
                    topics.ledger(),
                    topics.devices(),
                    broker.bootstrap(),
                    broker.bootstrap(),
                    topics.prefix()));
  }

  @Test
  void missingTopicsGetAsManyPartitionsAsThoseThatAreThere() throws Exception {
    setup(5).ensure();
    delete(topics.devices());
    assertThat(setup(8).adoptingPartitions().ensure()).allMatch(topic -> topic.partitions() == 5);
  }

  @Test
  void anotherRetentionIsToldAndLeft() throws Exception {
    setup(1).ensure();
    alter(topics.ledger(), "retention.ms", "1000");
    await()
        .untilAsserted(() ->
            assertThat(setup(1).ensure())
                .flatExtracting(TopicState::differences)
                .containsExactly("retention.ms is 1000, planned 86400000"));
  }

  @Test
  void aCompactedSpeechTopicIsFatal() throws Exception {
    setup(1).ensure();
    alter(topics.speech(), "cleanup.policy", "compact");
    await()
        .untilAsserted(() ->
            assertThatThrownBy(() -> setup(1).ensure())
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(
                    topics.speech() + " cannot serve: cleanup.policy is compact"));
  }

  @Test
  void noTopicIsMadeByAskingForIt() throws Exception {
    assertThat(admin.listTopics().names().get()).doesNotContain(topics.speech());
    assertThatThrownBy(() -> admin.describeTopics(Set.of(topics.speech())).allTopicNames().get())
        .isInstanceOf(ExecutionException.class);
    assertThat(admin.listTopics().names().get()).doesNotContain(topics.speech());
  }

  @Test
  void aPortThatIsTakenIsSaidInOneLine() {
    assertThatThrownBy(() -> EmbeddedBroker.start(broker.port(), Optional.empty()))
        .isInstanceOf(CommandException.class)
        .hasMessage("port " + broker.port() + " is in use; give the broker another with --port");
  }

  @Test
  void anInterruptSpoilsNeitherItsStartNorItsEndAndIsThereAfterwards() throws Exception {
    Thread.currentThread().interrupt();
    try (EmbeddedBroker other = EmbeddedBroker.start()) {
      assertThat(Thread.interrupted()).isTrue();
      new KafkaConnection(List.of(other.bootstrap()), Map.of()).check();
      Thread.currentThread().interrupt();
    }
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void dataThatAreKeptAreThereAgain(@TempDir Path data) throws Exception {
    try (EmbeddedBroker first = EmbeddedBroker.start(0, Optional.of(data));
        Admin client = new KafkaConnection(List.of(first.bootstrap()), Map.of()).admin()) {
      new TopicSetup(client, TopicPlan.small(topics, 2)).ensure();
    }
    try (EmbeddedBroker second = EmbeddedBroker.start(0, Optional.of(data));
        Admin client = new KafkaConnection(List.of(second.bootstrap()), Map.of()).admin()) {
      assertThat(new TopicSetup(client, TopicPlan.small(topics, 2)).ensure())
          .noneMatch(TopicState::created);
    }
  }

  @Test
  void ofASilentPortNoMoreIsSaidThanThatItIsSilent() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      KafkaConnection connection =
          new KafkaConnection(List.of("127.0.0.1:" + silent.getLocalPort()), Map.of());
      assertThatThrownBy(connection::check)
          .isInstanceOf(CommandException.class)
          .hasMessage("Kafka at " + connection.address() + " gave no answer in time (15 s)");
    }
  }

  @Test
  void aClosedPortIsSaidWithWhatToDo() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    KafkaConnection connection = new KafkaConnection(List.of("127.0.0.1:" + port), Map.of());
    assertThatThrownBy(connection::check)
        .hasMessage(
            "Kafka at 127.0.0.1:"
                + port
                + " does not answer (connection refused). Start one with ./parley broker, or give"
                + " --bootstrap HOST:PORT.");
  }

  private static void alter(String topic, String name, String value) throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }
}
