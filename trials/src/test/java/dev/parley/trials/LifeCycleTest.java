package dev.parley.trials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.cli.kafka.TopicPlan;
import dev.parley.cli.kafka.TopicSetup;
import dev.parley.demo.broker.EmbeddedBroker;
import dev.parley.demo.broker.LoopbackPorts;
import dev.parley.standin.StandIn;
import dev.parley.standin.StandInConfig;
import dev.parley.standin.Transport;
import dev.parley.turnlog.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Parts whose Kafka and CIC come late, go away and come back. */
@Timeout(600)
final class LifeCycleTest {
  private static final String NAME = "kafka.test";

  @TempDir private Path folder;
  private final List<Integer> ports = LoopbackPorts.free(5);
  private final int kafkaPort = ports.get(0);
  private final int cicPort = ports.get(1);
  private final String bootstrap = NAME + ":" + kafkaPort;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @AfterEach
  void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private <T extends AutoCloseable> T with(T resource) {
    open.push(resource);
    return resource;
  }

  private PartProcess part(String name, int port, String... arguments) throws IOException {
    String[] all = new String[arguments.length + 2];
    all[0] = "--bootstrap";
    all[1] = bootstrap;
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return with(PartProcess.start(name, port, folder.resolve("hosts"), all));
  }

  /** All at once: whoever reads it while it changes sees the one or the other. */
  private void hosts(String text) throws IOException {
    Path fresh = Files.writeString(folder.resolve("hosts.new"), text);
    Files.move(fresh, folder.resolve("hosts"), StandardCopyOption.ATOMIC_MOVE);
  }

  private EmbeddedBroker broker() throws Exception {
    return with(EmbeddedBroker.start(kafkaPort, Optional.of(folder.resolve("data"))));
  }

  @Test
  void everyPartWaitsForWhatIsAwaySaysWhyAndGoesOnByItself() throws Exception {
    hosts("127.0.0.1 somebody.else\n");
    PartProcess dispatcher =
        part("dispatcher", ports.get(2), "--cic-url", "http://127.0.0.1:" + cicPort);
    PartProcess router = part("router", ports.get(3));
    PartProcess producer = part("producer", ports.get(4));
    List<PartProcess> parts = List.of(dispatcher, router, producer);

    for (PartProcess part : parts) {
      part.awaitWaiting("Kafka at " + bootstrap + " does not answer (no such host: " + NAME + ")");
      part.awaitLines(2, "no such host: " + NAME);
    }

    try (ServerSocket _ = new ServerSocket(kafkaPort, 50, InetAddress.getLoopbackAddress())) {
      hosts("127.0.0.1 " + NAME + "\n");
      for (PartProcess part : parts) {
        part.awaitWaiting("Kafka at " + bootstrap + " gave no answer in time (10 s)");
      }
    }

    EmbeddedBroker first = broker();
    for (PartProcess part : parts) {
      part.awaitWaiting("./parley topics --bootstrap " + bootstrap + "\" makes them");
    }

    try (Admin admin = new KafkaConnection(List.of(first.bootstrap()), Map.of()).admin()) {
      var _ = new TopicSetup(admin, TopicPlan.small(Topics.DEFAULT, 4)).ensure();
    }
    router.awaitReady();
    producer.awaitReady();
    dispatcher.awaitWaiting("CIC at http://127.0.0.1:" + cicPort + " does not take connections");

    with(
        StandIn.start(
            StandInConfig.DEFAULT.withPort(cicPort).withTransport(new Transport.Cleartext())));
    dispatcher.awaitReady();

    first.close();
    for (PartProcess part : parts) {
      part.awaitWaiting("Kafka at " + bootstrap + " does not answer (connection refused)");
      part.awaitLines(1, "connection refused");
    }
    EmbeddedBroker _ = broker();
    for (PartProcess part : parts) {
      part.awaitReady();
      part.awaitLines(2, " ready after ");
    }

    for (PartProcess part : parts) {
      assertThat(part.terminate()).as("exit status of %s, told to end", part).isEqualTo(143);
      assertThat(part.lines("stopping")).as("%s", part).hasSize(1);
      assertNoFlood(part);
    }
  }

  /** While it starts a line comes every ten seconds, besides one for each new reason. */
  private static void assertNoFlood(PartProcess part) {
    List<String> waits = part.lines("not ready");
    Duration all = at(waits.getLast()).minus(at(waits.getFirst()));
    assertThat(all).as("%s", waits).isPositive();
    assertThat((long) waits.size()).as("%s", waits).isLessThanOrEqualTo(all.toSeconds() / 10 + 8);
    assertThat(part.lines("")).as("all that %s said", part).hasSizeLessThan(waits.size() + 60);
    assertThat(part.lines(" ready after ").stream().filter(line -> line.contains("http")))
        .as("what it does, told once")
        .hasSize(1);
  }

  /** Of a line's time, {@code 23:15:05.025}; a test at midnight is a day longer. */
  private static Duration at(String line) {
    return Duration.between(LocalTime.MIDNIGHT, LocalTime.parse(line.substring(0, 12)));
  }
}
