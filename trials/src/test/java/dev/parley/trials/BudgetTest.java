package dev.parley.trials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.Capacity;
import dev.parley.dispatcher.cic.CicSettings;
import dev.parley.dispatcher.cic.Credentials;
import dev.parley.dispatcher.flow.FlowLimits;
import dev.parley.producer.SpeechPublisher;
import dev.parley.producer.Spoken;
import dev.parley.producer.Turn;
import dev.parley.producer.TurnRequest;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.standin.ClientId;
import dev.parley.standin.Script;
import dev.parley.standin.StandIn;
import dev.parley.standin.StandInConfig;
import dev.parley.standin.StopCapture;
import dev.parley.standin.Upload;
import dev.parley.turnlog.DevicePartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a dispatcher takes on is bounded, whatever CIC does not take. */
final class BudgetTest {
  private static final Script USUAL = Script.DEFAULT.withStopCapture(StopCapture.NEVER);
  private static final int KIB = 1024;

  private Stage stage;
  private StandIn cic;

  @BeforeEach
  void open() throws Exception {
    stage = new Stage();
    cic =
        stage.standIn(config ->
            config
                .withScript(USUAL)
                .withCapacity(StandInConfig.Capacity.DEFAULT.withWindows(32 * KIB, 64 * KIB)));
    Set<ClientId> stalled =
        IntStream.range(0, 8)
            .mapToObj(i -> ClientId.of("demo-stalled-" + i))
            .collect(Collectors.toSet());
    cic.scripts()
        .when(turn -> stalled.contains(turn.client()), USUAL.withUpload(Upload.STOP_READING));
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private void dispatcher(int openTurns, long heldBytes) throws Exception {
    dispatcher(new Capacity(openTurns, 100, heldBytes));
  }

  private void dispatcher(Capacity capacity) throws Exception {
    var _ =
        stage.dispatcher(
            stage
                .config(CicSettings.of(cic.uri()), Credentials.forDemo(), FlowLimits.DEFAULT)
                .withCapacity(capacity));
  }

  private double held() {
    return stage.registry.get("parley.dispatcher.held.bytes.most").gauge().value();
  }

  @Test
  void theTurnThatHoldsMostIsGivenUpAndItsNeighboursAreNone() throws Exception {
    dispatcher(100, 1_024 * KIB);
    SpeechPublisher publisher = stage.publisher();
    Turn neighbour = publisher.begin(TurnRequest.speech("kitchen", "ko"));
    Awaitility.await().until(() -> !stage.heard(neighbour.id()).records().isEmpty());
    Spoken large = stage.speak(publisher, "stalled-0", Sounds.tone(50_000));
    Awaitility.await("the large one is given up")
        .pollInterval(Duration.ofMillis(200))
        .until(() -> {
          var _ = neighbour.audio(Sounds.tone(200));
          return stage.closed().stream().anyMatch(turn -> turn.turn().equals(large.turn()));
        });
    LedgerRecord.TurnClosed closed = stage.awaitClosed(large.turn());
    assertThat(closed.status()).isEqualTo(TurnStatus.FAILED);
    assertThat(closed.reason()).isIn("shed", "stuck");
    var _ = neighbour.end();
    assertThat(stage.awaitClosed(neighbour.id()).status()).isEqualTo(TurnStatus.OK);
    assertThat(held()).isLessThanOrEqualTo(1_024 * KIB + 6_400);
  }

  @Test
  void manyThatHoldLittleMakeTheReaderPauseAndAllComesToItsEnd() throws Exception {
    dispatcher(100, 100 * KIB);
    SpeechPublisher publisher = stage.publisher();
    List<TurnId> turns = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      turns.add(stage.speak(publisher, "stalled-" + i, Sounds.tone(4_000)).turn());
    }
    TurnId last = stage.speak(publisher, "kitchen", Sounds.tone(400)).turn();
    for (TurnId turn : turns) {
      assertThat(stage.awaitClosed(turn).status()).isIn(TurnStatus.FAILED, TurnStatus.REFUSED);
    }
    LedgerRecord.TurnClosed closed = stage.awaitClosed(last);
    assertThat(closed.status()).as(closed.reason()).isIn(TurnStatus.OK, TurnStatus.REFUSED);
    Spoken after = stage.speak(publisher, "kitchen", Sounds.tone(400));
    assertThat(stage.awaitClosed(after.turn()).status()).isEqualTo(TurnStatus.OK);
  }

  @Test
  void moreTurnsThanMayBeOpenAreRefusedAndTheirDevicesToldWhy() throws Exception {
    dispatcher(3, 10_000 * KIB);
    SpeechPublisher publisher = stage.publisher();
    List<Turn> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Turn turn = publisher.begin(TurnRequest.speech("device-" + i, "ko"));
      open.add(turn);
      Awaitility.await().until(() -> !stage.heard(turn.id()).records().isEmpty());
    }
    Spoken tooMany = stage.speak(publisher, "hall", Sounds.tone(400));
    LedgerRecord.TurnClosed closed = stage.awaitClosed(tooMany.turn());
    assertThat(closed.status()).isEqualTo(TurnStatus.REFUSED);
    assertThat(closed.reason()).isEqualTo("too-many-turns");
    for (Turn turn : open) {
      var _ = turn.end();
      assertThat(stage.awaitClosed(turn.id()).status()).isEqualTo(TurnStatus.OK);
    }
    Spoken later = stage.speak(publisher, "hall", Sounds.tone(400));
    assertThat(stage.awaitClosed(later.turn()).status()).isEqualTo(TurnStatus.OK);
  }

  @Test
  void theDeviceThatHasBeenSilentLongestMakesRoomForAnother() throws Exception {
    dispatcher(new Capacity(100, 2, 10_000 * KIB));
    SpeechPublisher publisher = stage.publisher();
    List<String> devices = onePartition(3);
    for (String device : List.of(devices.get(0), devices.get(1), devices.get(0), devices.get(2))) {
      Spoken spoken = stage.speak(publisher, device, Sounds.tone(400));
      assertThat(stage.awaitClosed(spoken.turn()).status()).isEqualTo(TurnStatus.OK);
    }
    Awaitility.await().until(() -> !cic.hasDownchannel(ClientId.of("demo-" + devices.get(1))));
    assertThat(cic.hasDownchannel(ClientId.of("demo-" + devices.get(0)))).isTrue();
    assertThat(cic.hasDownchannel(ClientId.of("demo-" + devices.get(2)))).isTrue();
    assertThat(stage.registry.get("parley.dispatcher.devices.dropped").counter().count())
        .isEqualTo(1);
    Spoken again = stage.speak(publisher, devices.get(1), Sounds.tone(400));
    assertThat(stage.awaitClosed(again.turn()).status()).isEqualTo(TurnStatus.OK);
  }

  /** Devices whose speech is in the same partition. */
  private static List<String> onePartition(int devices) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> "device-" + i)
        .filter(device -> DevicePartition.of(device, Stage.PARTITIONS) == 0)
        .limit(devices)
        .toList();
  }
}
