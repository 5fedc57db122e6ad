package dev.parley.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.producer.AudioSource;
import dev.parley.producer.Pacing;
import dev.parley.producer.PublishException;
import dev.parley.producer.Speaker;
import dev.parley.producer.SpeechPublisher;
import dev.parley.producer.Spoken;
import dev.parley.producer.StopSignal;
import dev.parley.producer.TurnRequest;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord.AttachmentEnded;
import dev.parley.protocol.record.LedgerRecord.TurnClosed;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.turnlog.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.kafka.KafkaContainer;

/**
 * Speech through containers, by TLS to a stand-in whose certificate nobody but its own CA vouches
 * for.
 */
@NeedsEngine
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class PipelineTest {
  private static final String DISPATCHERS = "parley-dispatcher";

  private static Stage stage;
  private static List<GenericContainer<?>> dispatchers;
  private static GenericContainer<?> producer;

  @BeforeAll
  static void open() {
    stage =
        new Stage(
            new KafkaContainer(Images.KAFKA.image().asCompatibleSubstituteFor("apache/kafka"))
                .withListener("kafka:19092"),
            Map.of());
    dispatchers =
        List.of(stage.dispatcher("first"), stage.dispatcher("second"), stage.dispatcher("third"));
    var _ = stage.router();
    producer = stage.producer();
    awaitSharing();
  }

  @AfterAll
  static void close() {
    if (stage != null) {
      stage.close();
    }
  }

  @AfterEach
  void theStandInFoundNothingAmiss() {
    assertThat(stage.verdicts()).noneMatch(line -> line.contains("\"ok\":false"));
  }

  @Test
  void recordedSpeechMakesTheWholeWay() throws Exception {
    Heard heard = Heard.of(stage.speak("device-30"));

    assertThat(heard.directives()).contains("SpeechSynthesizer.Speak", "Clova.RenderText");
    assertThat(heard.echoes()).hasSize(1);
    Heard.Echo echo = heard.echoes().getFirst();
    assertThat(echo.sha256()).isEqualTo(Recording.sha256OfFirst(echo.length()));
    assertThat(stage.verdicts()).anyMatch(line -> line.contains("\"ok\":true"));
  }

  @Test
  void aDeviceSpeaksOverHttp() throws Exception {
    URI turns =
        at(producer, 8083, "/v1/devices/device-31/dialogs/" + UUID.randomUUID() + "/turns?lang=en");
    HttpRequest request =
        HttpRequest.newBuilder(turns)
            .header("Content-Type", "audio/wav")
            .POST(HttpRequest.BodyPublishers.ofFile(Recording.FILE))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    }
    assertThat(awaitClosed(Topics.DEFAULT, Set.of("device-31")))
        .extracting(TurnClosed::status)
        .containsExactly(TurnStatus.OK);
  }

  @Test
  void threeDispatchersShareThirtyDevices() throws Exception {
    List<Long> before = closedWell();
    List<Spoken> said = new ArrayList<>();
    try (SpeechPublisher publisher = publisher(Topics.DEFAULT)) {
      for (int i = 0; i < 30; i++) {
        said.add(speak(publisher, "device-" + i));
      }
    }
    List<TurnClosed> closed =
        awaitClosed(
            Topics.DEFAULT,
            said.stream().map(turn -> turn.turn().device()).collect(Collectors.toSet()));
    assertThat(closed).hasSize(said.size());
    assertThat(closed).extracting(TurnClosed::status).containsOnly(TurnStatus.OK);
    Map<Optional<TurnId>, AttachmentEnded> echoes =
        stage.ledger(Topics.DEFAULT, AttachmentEnded.class).stream()
            .collect(Collectors.toMap(AttachmentEnded::turn, Function.identity()));
    for (Spoken turn : said) {
      AttachmentEnded echo =
          Objects.requireNonNull(echoes.get(Optional.of(turn.turn())), "no echo of " + turn.turn());
      assertThat(echo.sha256()).isEqualTo(turn.sha256OfFirst(echo.length()));
    }
    List<Long> after = closedWell();
    for (int i = 0; i < dispatchers.size(); i++) {
      assertThat(after.get(i)).as("turns closed by dispatcher %d", i).isGreaterThan(before.get(i));
    }
  }

  @Test
  void aDispatcherThatDoesNotTrustTheCaTellsTheDeviceWhy() throws Exception {
    Topics topics = new Topics("apart");
    assertThat(
            stage
                .run("topics", "--topic-prefix=apart", "--partitions=" + Stage.PARTITIONS)
                .status())
        .isZero();
    try (GenericContainer<?> stranger =
            stage.dispatcher("stranger", "--topic-prefix=apart", "--group=apart");
        SpeechPublisher publisher = publisher(topics)) {
      Spoken turn = speak(publisher, "device-32");
      assertThat(awaitClosed(topics, Set.of("device-32")))
          .extracting(TurnClosed::turn, TurnClosed::status, TurnClosed::reason)
          .containsExactly(tuple(turn.turn(), TurnStatus.FAILED, "tls-failed"));
      assertThat(stranger.isRunning()).isTrue();
    }
  }

  @Test
  void theImageHoldsWhatIsDeployedAndRunsWithoutPrivileges() throws Exception {
    GenericContainer<?> dispatcher = dispatchers.getFirst();
    assertThat(dispatcher.execInContainer("ls", "/opt/parley/lib").getStdout())
        .contains("parley-cli", "parley-dispatcher", "okhttp")
        .doesNotContain("parley-demo", "parley-stand-in", "kafka_2.13", "netty");
    assertThat(dispatcher.execInContainer("id", "-u").getStdout().strip()).isEqualTo("10001");
    Awaitility.await("the image's own health check")
        .until(
            () -> dispatcher.getCurrentContainerInfo().getState().getHealth().getStatus(),
            "healthy"::equals);
  }

  private static SpeechPublisher publisher(Topics topics) throws PublishException {
    return SpeechPublisher.connect(
        stage.kafka().bootstrap(), topics, Map.of(), new SimpleMeterRegistry());
  }

  private static Spoken speak(SpeechPublisher publisher, String device) throws Exception {
    try (AudioSource recording = AudioSource.wav(Recording.FILE)) {
      return new Speaker(publisher)
          .speak(
              recording,
              TurnRequest.speech(device, "en"),
              Pacing.FAST,
              new StopSignal(),
              ack -> {});
    }
  }

  /** Waits until each of these devices has had a turn closed; all of those turns. */
  private static List<TurnClosed> awaitClosed(Topics topics, Set<String> devices) {
    return Awaitility.await("the close of the turns of " + devices)
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(500))
        .until(
            () ->
                stage.ledger(topics, TurnClosed.class).stream()
                    .filter(closed -> devices.contains(closed.turn().device()))
                    .toList(),
            closed ->
                closed.stream()
                    .map(turn -> turn.turn().device())
                    .collect(Collectors.toSet())
                    .equals(devices));
  }

  /** Waits until every dispatcher has its share of the partitions. */
  private static void awaitSharing() {
    try (Admin admin = Admin.create(stage.kafka().admin("test"))) {
      Awaitility.await("an even group")
          .until(() -> {
            ConsumerGroupDescription group =
                admin
                    .describeConsumerGroups(List.of(DISPATCHERS))
                    .all()
                    .get()
                    .values()
                    .iterator()
                    .next();
            return group.groupState() == GroupState.STABLE
                && group.members().size() == dispatchers.size()
                && group.members().stream()
                    .allMatch(member ->
                        member.assignment().topicPartitions().size()
                            == Stage.PARTITIONS / dispatchers.size());
          });
    }
  }

  /** How many turns each dispatcher says that it has closed well. */
  private static List<Long> closedWell() throws Exception {
    List<Long> counts = new ArrayList<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (GenericContainer<?> dispatcher : dispatchers) {
        HttpRequest request = HttpRequest.newBuilder(at(dispatcher, 8081, "/metrics")).build();
        counts.add(
            client
                .send(request, HttpResponse.BodyHandlers.ofLines())
                .body()
                .filter(line -> line.startsWith("parley_dispatcher_turns_closed_total{"))
                .filter(line -> line.contains("status=\"ok\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum());
      }
    }
    return counts;
  }

  private static URI at(GenericContainer<?> container, int port, String path) {
    return URI.create("http://" + container.getHost() + ":" + container.getMappedPort(port) + path);
  }
}
