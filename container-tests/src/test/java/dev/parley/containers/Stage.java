package dev.parley.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.LogReader;
import dev.parley.turnlog.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.slf4j.LoggerFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.containers.output.Slf4jLogConsumer;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.MountableFile;

/**
 * Kafka and the stand-in in containers of one network, and whatever parts of Parley a test asks
 * for. What runs at the end is stopped, in reverse order.
 */
final class Stage implements AutoCloseable {
  static final int PARTITIONS = 12;

  private static final String STAND_IN = "stand-in";
  private static final String VERDICTS = "/var/lib/stand-in/verdicts.jsonl";
  private static final Duration START_WITHIN = Duration.ofMinutes(3);
  private static final WaitStrategy READY = Wait.forHttp("/ready").withStartupTimeout(START_WITHIN);

  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final Network network = keep(Network.newNetwork());
  private final KafkaContainer kafka;
  private final GenericContainer<?> standIn;
  private final String standInCa;
  private final Map<String, String> common;

  /**
   * Starts Kafka and the stand-in, and makes the topics.
   *
   * @param kafka with a listener that containers reach as {@code kafka:19092}
   * @param common the settings that every part needs to reach it
   */
  Stage(KafkaContainer kafka, Map<String, String> common) {
    this.common = common;
    try {
      this.kafka = start("kafka", kafka.withNetwork(network));
      this.standIn =
          start(
              STAND_IN,
              new GenericContainer<>(Images.STAND_IN.image())
                  .withNetwork(network)
                  .withNetworkAliases(STAND_IN)
                  .withCreateContainerCmdModifier(create -> create.withHostName(STAND_IN))
                  .withCommand("--verdicts", VERDICTS)
                  .waitingFor(Wait.forLogMessage(".*--cic-ca.*", 1)));
      this.standInCa = read(standIn, "/var/lib/stand-in/ca.pem");
      // A broker that has just started on a busy machine may answer later than a command waits.
      Awaitility.await("topics")
          .atMost(START_WITHIN)
          .pollDelay(Duration.ZERO)
          .untilAsserted(() -> {
            Ended topics = run("topics", "--partitions", Integer.toString(PARTITIONS));
            assertThat(topics.status()).as("%s", topics).isZero();
          });
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Parley's image with this command, not started yet. */
  GenericContainer<?> part(String... command) {
    return new GenericContainer<>(Images.PARLEY.image())
        .withNetwork(network)
        .withEnv(common)
        .withEnv("PARLEY_BOOTSTRAP", "kafka:19092")
        .withCommand(command);
  }

  /** A dispatcher that is ready, trusts the stand-in and knows device-0 to device-39. */
  GenericContainer<?> dispatcher(String name) {
    return dispatcher(name, "--cic-ca=/etc/parley/stand-in-ca.pem");
  }

  /** A dispatcher that is ready, told this besides where CIC is and who the devices are. */
  GenericContainer<?> dispatcher(String name, String... more) {
    String credentials =
        IntStream.range(0, 40)
            .mapToObj(i ->
                "{\"device\":\"device-%d\",\"token\":\"token-of-device-%d\"}\n".formatted(i, i))
            .collect(Collectors.joining());
    return start(
        name,
        part(Stream.concat(
                    Stream.of(
                        "dispatcher",
                        "--cic-url=https://" + STAND_IN + ":8443",
                        // Where much else runs, the stand-in too takes its time.
                        "--hello-limit=20s",
                        "--credentials=/etc/parley/credentials.jsonl"),
                    Stream.of(more))
                .toArray(String[]::new))
            .withCopyToContainer(Transferable.of(standInCa, 0644), "/etc/parley/stand-in-ca.pem")
            .withCopyToContainer(
                Transferable.of(credentials, 0644), "/etc/parley/credentials.jsonl")
            .withExposedPorts(8081)
            .waitingFor(READY));
  }

  /** A producer that is ready. */
  GenericContainer<?> producer() {
    return start(
        "producer", part("producer", "--allow-anyone").withExposedPorts(8083).waitingFor(READY));
  }

  /** A router that is ready, at {@code http://router:8082}. */
  GenericContainer<?> router() {
    return start(
        "router",
        part("router", "--allow-anyone")
            .withNetworkAliases("router")
            .withExposedPorts(8082)
            .waitingFor(READY));
  }

  /** Speaks the recording as a device and waits for what comes of it. */
  Ended speak(String device) {
    return run(
        part(
                "speak",
                "--device=" + device,
                "--wav=/recording.wav",
                "--router=http://router:8082",
                "--json")
            .withCopyFileToContainer(
                MountableFile.forHostPath(Recording.FILE, 0644), "/recording.wav"));
  }

  /** Runs a command that ends by itself. */
  Ended run(String... command) {
    return run(part(command));
  }

  /** Runs a container that ends by itself. */
  Ended run(GenericContainer<?> container) {
    try (container) {
      container.withStartupCheckStrategy(new UntilItEnds()).start();
      Long status = container.getCurrentContainerInfo().getState().getExitCodeLong();
      return new Ended(
          status == null ? -1 : Math.toIntExact(status),
          container.getLogs(OutputType.STDOUT),
          container.getLogs(OutputType.STDERR));
    }
  }

  /**
   * How a command ended.
   *
   * @param status 0 when all is well
   */
  record Ended(int status, String out, String err) {}

  private static final class UntilItEnds extends StartupCheckStrategy {
    UntilItEnds() {
      var _ = withTimeout(START_WITHIN);
    }

    @Override
    public StartupStatus checkStartupState(DockerClient client, String id) {
      return Boolean.TRUE.equals(getCurrentState(client, id).getRunning())
          ? StartupStatus.NOT_YET_KNOWN
          : StartupStatus.SUCCESSFUL;
    }
  }

  /** Kafka as this process reaches it, past whatever guards the containers' way. */
  KafkaSettings kafka() {
    return new KafkaSettings(kafka.getBootstrapServers(), Map.of());
  }

  /** Everything the ledger says now, partition by partition, in order. */
  private List<LedgerRecord> ledger(Topics topics) throws MalformedException {
    List<LedgerRecord> ledger = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      try (LogReader reader =
          new LogReader(kafka().reader("stage"), new TopicPartition(topics.ledger(), partition))) {
        reader.read(0, reader.end(), Duration.ofSeconds(20), records::add);
      }
      for (ConsumerRecord<byte[], byte[]> record : records) {
        ledger.add(LedgerRecord.parse(KafkaRecords.fromKafka(record)));
      }
    }
    return ledger;
  }

  <R extends LedgerRecord> List<R> ledger(Topics topics, Class<R> kind) throws MalformedException {
    return ledger(topics).stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** What the stand-in has found about each request, a JSON object a line. */
  List<String> verdicts() {
    return read(standIn, VERDICTS).lines().toList();
  }

  private static String read(GenericContainer<?> container, String file) {
    return container.copyFileFromContainer(
        file, stream -> new String(stream.readAllBytes(), StandardCharsets.UTF_8));
  }

  private <C extends GenericContainer<?>> C start(String name, C container) {
    keep(container);
    // Also the broker, which has 60 s otherwise: too few where much else runs.
    container.withStartupTimeout(START_WITHIN);
    container.withLogConsumer(
        new Slf4jLogConsumer(LoggerFactory.getLogger(Stage.class)).withPrefix(name));
    container.start();
    return container;
  }

  private <T extends AutoCloseable> T keep(T thing) {
    running.push(thing);
    return thing;
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("a container does not stop", e);
      }
    }
  }
}
