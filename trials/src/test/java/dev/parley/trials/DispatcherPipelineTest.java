package dev.parley.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.cli.credentials.CredentialsFile;
import dev.parley.dispatcher.Dispatcher;
import dev.parley.dispatcher.cic.CicSettings;
import dev.parley.dispatcher.flow.FlowLimits;
import dev.parley.producer.SpeechPublisher;
import dev.parley.producer.Spoken;
import dev.parley.producer.Turn;
import dev.parley.producer.TurnRequest;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.AttachmentPiece;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.RawRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import dev.parley.standin.ClientId;
import dev.parley.standin.Cut;
import dev.parley.standin.DownchannelScript;
import dev.parley.standin.Extra;
import dev.parley.standin.ReceivedTurn;
import dev.parley.standin.Reply;
import dev.parley.standin.Script;
import dev.parley.standin.StandIn;
import dev.parley.standin.StopCapture;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.KafkaRecords;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Producer, broker, dispatcher and stand-in, all of them real: what the ledger says of it. */
final class DispatcherPipelineTest {
  private Stage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new Stage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void speechComesToCicAndItsEchoComesBackWhole() throws Exception {
    StandIn cic = stage.standIn();
    stage.dispatcher(cic);
    byte[] tone = Sounds.tone(900);
    Spoken spoken = stage.speak(stage.publisher(), "kitchen", tone);
    LedgerRecord.TurnClosed closed = stage.awaitClosed(spoken.turn());
    assertThat(closed.status()).as(closed.detail()).isEqualTo(TurnStatus.OK);
    assertThat(closed.counts()).containsEntry("audioBytes", spoken.bytes());

    Heard heard = stage.heard(spoken.turn());
    assertThat(heard.attachments()).hasSize(1);
    LedgerRecord.AttachmentEnded echo = heard.attachments().getFirst();
    assertThat(echo.whole()).isTrue();
    assertThat(echo.sha256()).isEqualTo(spoken.sha256());
    assertThat(pieces(echo.attachment())).isEqualTo(tone);
    assertThat(heard.directives()).contains("SpeechSynthesizer.Speak", "Clova.RenderText");
    assertThat(cic.verdicts().failures()).isEmpty();
  }

  @Test
  void aTextTurnIsAnswered() throws Exception {
    StandIn cic = stage.standIn();
    stage.dispatcher(cic);
    Spoken said =
        new dev.parley.producer.Speaker(stage.publisher()).say(TurnRequest.text("kitchen", "안녕"));
    assertThat(stage.awaitClosed(said.turn()).status()).isEqualTo(TurnStatus.OK);
    assertThat(stage.heard(said.turn()).directives()).contains("Clova.RenderText");
    assertThat(cic.verdicts().failures()).isEmpty();
  }

  static Stream<Arguments> formsOfAnAnswer() {
    Script early = Script.DEFAULT.withEarly(true);
    StopCapture soon = StopCapture.after(Duration.ofMillis(400));
    return Stream.of(
        Arguments.of("no final boundary", Script.DEFAULT.withCut(Cut.NO_FINAL_BOUNDARY)),
        Arguments.of("split at every byte", Script.DEFAULT.withFrameBytes(1)),
        Arguments.of(
            "attachment first", Script.replying(new Reply.Echo(Reply.Attachment.BEFORE_DIRECTIVE))),
        Arguments.of("begun before the upload ends", early),
        Arguments.of(
            "StopCapture twice", Script.DEFAULT.withStopCapture(soon.as(StopCapture.Form.TWICE))),
        Arguments.of(
            "StopCapture without a dialog",
            Script.DEFAULT.withStopCapture(soon.as(StopCapture.Form.NO_DIALOG_ID))),
        Arguments.of(
            "StopCapture of another dialog",
            Script.DEFAULT.withStopCapture(soon.as(StopCapture.Form.OTHER_DIALOG))),
        Arguments.of(
            "StopCapture on the response",
            Script.DEFAULT.withStopCapture(soon.as(StopCapture.Form.RESPONSE))),
        Arguments.of("everything else beside it", Script.DEFAULT.withExtras(Extra.values())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formsOfAnAnswer")
  void whateverFormTheAnswerHasTheTurnClosesWell(String form, Script script) throws Exception {
    StandIn cic = stage.standIn(config -> config.withScript(script));
    stage.dispatcher(cic);
    Spoken spoken = stage.speak(stage.publisher(), "kitchen", Sounds.tone(1_000));
    LedgerRecord.TurnClosed closed = stage.awaitClosed(spoken.turn());
    assertThat(closed.status()).as("%s: %s", form, closed.detail()).isEqualTo(TurnStatus.OK);
    LedgerRecord.AttachmentEnded echo = stage.heard(spoken.turn()).attachments().getFirst();
    assertThat(echo.whole()).isTrue();
    assertThat(echo.sha256()).isEqualTo(spoken.sha256OfFirst(echo.length()));
  }

  @Test
  void stopCaptureEndsTheRequestButNothingPublishedBeforeItIsLeftOut() throws Exception {
    StandIn cic =
        stage.standIn(config ->
            config.withScript(
                Script.DEFAULT.withStopCapture(StopCapture.after(Duration.ofMillis(200)))));
    stage.dispatcher(cic);
    SpeechPublisher publisher = stage.publisher();
    Turn turn = publisher.begin(TurnRequest.speech("kitchen", "ko"));
    var _ = turn.audio(Sounds.tone(200));
    var _ = turn.audio(Sounds.tone(200));
    LedgerRecord.TurnClosed closed = stage.awaitClosed(turn.id());
    assertThat(closed.status()).isEqualTo(TurnStatus.OK);
    LedgerRecord.TurnSent sent = stage.heard(turn.id()).of(LedgerRecord.TurnSent.class).getFirst();
    assertThat(sent.endedBy()).isEqualTo(UploadEnd.STOP_CAPTURE);
    assertThat(sent.audioChunks()).isBetween(1, 2);
    var _ = turn.end();
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(400, Reply.Shape.WRAPPED),
        Arguments.of(500, Reply.Shape.BARE),
        Arguments.of(503, Reply.Shape.WRAPPED_PART),
        Arguments.of(429, Reply.Shape.BARE_PART));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("refusals")
  void aRefusalOfCicsClosesTheTurnWithItsStatusAndItsException(int status, Reply.Shape shape)
      throws Exception {
    StandIn cic =
        stage.standIn(
            config -> config.withScript(Script.replying(new Reply.Failure(status, shape))));
    stage.dispatcher(cic);
    Spoken spoken = stage.speak(stage.publisher(), "kitchen", Sounds.tone(400));
    LedgerRecord.TurnClosed closed = stage.awaitClosed(spoken.turn());
    assertThat(closed.status()).isEqualTo(TurnStatus.REFUSED);
    assertThat(closed.reason()).isEqualTo("cic-" + status);
    assertThat(stage.heard(spoken.turn()).directives()).contains("System.Exception");
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of("no answer", Script.replying(Reply.HANG), "response-timeout"),
        Arguments.of("reset", Script.DEFAULT.withCut(new Cut.ResetAfter(10)), "stream-reset"),
        Arguments.of(
            "stall",
            Script.DEFAULT.withCut(new Cut.StallAfter(200, Duration.ofHours(1))),
            "response-timeout"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aFaultOfTheEndpointsClosesTheTurnWithItsReason(String fault, Script script, String reason)
      throws Exception {
    StandIn cic = stage.standIn(config -> config.withScript(script));
    stage.dispatcher(cic.uri(), Stage.HASTY);
    SpeechPublisher publisher = stage.publisher();
    Spoken spoken = stage.speak(publisher, "kitchen", Sounds.tone(400));
    assertThat(stage.awaitClosed(spoken.turn()).reason()).as(fault).isEqualTo(reason);

    cic.scripts().always(Script.DEFAULT);
    Spoken next = stage.speak(publisher, "kitchen", Sounds.tone(400));
    assertThat(stage.awaitClosed(next.turn()).status()).isEqualTo(TurnStatus.OK);
  }

  static Stream<Arguments> passingFaults() {
    return Stream.of(
        Arguments.of("a reset stream", Script.DEFAULT.withCut(new Cut.ResetAfter(0))),
        Arguments.of("503", Script.replying(Reply.status(503))),
        Arguments.of("412", Script.replying(Reply.status(412))),
        Arguments.of("500 in mid-upload", Script.replying(Reply.status(500)).withEarly(true)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("passingFaults")
  void aFaultThatPassesIsNotHeardByTheDevice(String fault, Script script) throws Exception {
    StandIn cic = stage.standIn();
    cic.scripts().next(script);
    stage.dispatcher(cic);
    Spoken spoken = stage.speak(stage.publisher(), "kitchen", Sounds.tone(1_000));
    closesWellAtTheSecondTry(fault, spoken);
  }

  @Test
  void aConnectionThatBreaksInTheMiddleOfASentenceIsNotHeardByTheDevice() throws Exception {
    StandIn cic = stage.standIn();
    stage.dispatcher(cic);
    SpeechPublisher publisher = stage.publisher();
    Turn turn = publisher.begin(TurnRequest.speech("kitchen", "ko"));
    var _ = turn.audio(Sounds.tone(200));
    Awaitility.await().until(() -> cic.hasDownchannel(ClientId.of("demo-kitchen")));
    Awaitility.await().until(() -> !stage.heard(turn.id()).records().isEmpty());
    cic.dropConnections();
    var _ = turn.audio(Sounds.tone(200));
    var _ = turn.audio(Sounds.tone(200));
    var _ = turn.end();
    assertThat(stage.awaitClosed(turn.id()).status()).isEqualTo(TurnStatus.OK);
    byte[] chunk = Sounds.tone(200);
    assertThat(stage.heard(turn.id()).attachments().getLast().sha256())
        .isEqualTo(Sounds.sha256(chunk, chunk, chunk));
  }

  private void closesWellAtTheSecondTry(String fault, Spoken spoken) throws Exception {
    LedgerRecord.TurnClosed closed = stage.awaitClosed(spoken.turn());
    assertThat(closed.status()).as("%s: %s", fault, closed.detail()).isEqualTo(TurnStatus.OK);
    assertThat(closed.attempt().number()).isEqualTo(2);
    Heard heard = stage.heard(spoken.turn());
    assertThat(heard.of(LedgerRecord.TurnBegun.class)).hasSize(2);
    assertThat(heard.attachments()).hasSize(1);
    assertThat(heard.attachments().getFirst().sha256()).isEqualTo(spoken.sha256());
    assertThat(heard.directives()).doesNotContain("System.Exception");
  }

  @Test
  void aDeviceWithoutItsDownchannelIsToldWhy() throws Exception {
    StandIn refusing =
        stage.standIn(config -> config.withDownchannel(DownchannelScript.refusedWith(401)));
    stage.dispatcher(refusing);
    Spoken spoken = stage.speak(stage.publisher(), "kitchen", Sounds.tone(400));
    LedgerRecord.TurnClosed closed = stage.awaitClosed(spoken.turn());
    assertThat(closed.status()).isEqualTo(TurnStatus.REFUSED);
    assertThat(closed.reason()).isEqualTo("cic-401");
  }

  @Test
  void withoutHelloNoEventIsSent() throws Exception {
    StandIn silent = stage.standIn(config -> config.withDownchannel(DownchannelScript.NO_HELLO));
    stage.dispatcher(
        CicSettings.of(silent.uri()).withHelloLimit(Duration.ofSeconds(1)), FlowLimits.DEFAULT);
    Spoken spoken = stage.speak(stage.publisher(), "kitchen", Sounds.tone(400));
    assertThat(stage.awaitClosed(spoken.turn()).reason()).isEqualTo("no-hello");
    assertThat(silent.turns()).isEmpty();
  }

  /** It has hung up, and its producer was killed before it could say so. */
  @Test
  void aTurnThatFallsSilentEndsOnceKafkaHoldsNoMoreOfIt() throws Exception {
    StandIn cic =
        stage.standIn(
            config -> config.withScript(Script.DEFAULT.withStopCapture(StopCapture.NEVER)));
    stage.dispatcher(CicSettings.of(cic.uri()), FlowLimits.DEFAULT.withIdle(Duration.ofSeconds(1)));
    SpeechPublisher publisher = stage.publisher();
    Turn turn = publisher.begin(TurnRequest.speech("kitchen", "ko"));
    turn.audio(Sounds.tone(200));
    assertThat(stage.awaitClosed(turn.id()).reason()).isEqualTo("idle-timeout");
  }

  @Test
  void anEndpointThatIsNotThereIsSaidToBeSo() throws Exception {
    Dispatcher dispatcher =
        stage.dispatcher(
            CicSettings.of(URI.create("http://127.0.0.1:1")).withHelloLimit(Duration.ofSeconds(1)),
            FlowLimits.DEFAULT.withBeginAge(Duration.ofSeconds(3)));
    Spoken spoken = stage.speak(stage.publisher(), "kitchen", Sounds.tone(400));
    assertThat(stage.awaitClosed(spoken.turn()).reason()).isEqualTo("cic-unreachable");
    assertThat(dispatcher.trouble().orElseThrow().why())
        .contains("http://127.0.0.1:1", "does not take connections");
  }

  @Test
  void aTurnWaitsForAnEndpointThatIsDownAndLosesNothing() throws Exception {
    StandIn cic = stage.standIn();
    int port = cic.port();
    stage.dispatcher(
        CicSettings.of(cic.uri()).withHelloLimit(Duration.ofSeconds(1)), FlowLimits.DEFAULT);
    cic.close();
    SpeechPublisher publisher = stage.publisher();
    List<Spoken> turns = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      turns.add(stage.speak(publisher, "device-" + i, Sounds.tone(400)));
    }
    Awaitility.await()
        .until(() -> {
          boolean triedAgain = false;
          for (Spoken spoken : turns) {
            triedAgain |= stage.heard(spoken.turn()).of(LedgerRecord.TurnBegun.class).size() > 1;
          }
          return triedAgain;
        });
    StandIn again = stage.standIn(config -> config.withPort(port));
    for (Spoken spoken : turns) {
      LedgerRecord.TurnClosed closed = stage.awaitClosed(spoken.turn());
      assertThat(closed.status()).as(closed.detail()).isEqualTo(TurnStatus.OK);
    }
    assertThat(again.turns()).hasSize(5);
  }

  @Test
  void aDownchannelThatEndsIsOpenedAgainForTheNextTurn() throws Exception {
    StandIn cic = stage.standIn();
    cic.scripts().nextDownchannel(DownchannelScript.closedAfter(Duration.ofMillis(300)));
    stage.dispatcher(cic);
    SpeechPublisher publisher = stage.publisher();
    for (int i = 0; i < 3; i++) {
      Spoken spoken = stage.speak(publisher, "kitchen", Sounds.tone(400));
      assertThat(stage.awaitClosed(spoken.turn()).status()).isEqualTo(TurnStatus.OK);
    }
  }

  @Test
  void manyDevicesAtOnceEachGetTheirOwnAudioBack() throws Exception {
    StandIn cic = stage.standIn();
    stage.dispatcher(cic);
    SpeechPublisher publisher = stage.publisher();
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      turns.add(publisher.begin(TurnRequest.speech("device-" + i, "ko")));
    }
    for (int chunk = 0; chunk < 4; chunk++) {
      for (int i = 0; i < turns.size(); i++) {
        var _ = turns.get(i).audio(Sounds.tone(200, 200 + 50 * i));
      }
    }
    for (Turn turn : turns) {
      var _ = turn.end();
    }
    for (int i = 0; i < turns.size(); i++) {
      assertThat(stage.awaitClosed(turns.get(i).id()).status()).isEqualTo(TurnStatus.OK);
      LedgerRecord.AttachmentEnded echo = stage.heard(turns.get(i).id()).attachments().getFirst();
      byte[] chunk = Sounds.tone(200, 200 + 50 * i);
      assertThat(echo.sha256()).isEqualTo(Sounds.sha256(chunk, chunk, chunk, chunk));
    }
    assertThat(cic.verdicts().failures()).isEmpty();
  }

  @Test
  void whenADispatcherGoesAwayInTheMiddleOfASentenceAnotherSaysItAll() throws Exception {
    StandIn cic = stage.standIn();
    Dispatcher first = stage.dispatcher(cic);
    SpeechPublisher publisher = stage.publisher();
    Turn turn = publisher.begin(TurnRequest.speech("kitchen", "ko"));
    var _ = turn.audio(Sounds.tone(200));
    Awaitility.await().until(() -> !stage.heard(turn.id()).records().isEmpty());
    Dispatcher second = stage.dispatcher(cic);
    first.close(Duration.ZERO);
    var _ = turn.audio(Sounds.tone(200));
    var _ = turn.end();
    LedgerRecord.TurnClosed closed = stage.awaitClosed(turn.id());
    assertThat(closed.status()).isEqualTo(TurnStatus.OK);
    assertThat(stage.heard(turn.id()).of(LedgerRecord.TurnBegun.class)).hasSize(2);
    byte[] chunk = Sounds.tone(200);
    assertThat(stage.heard(turn.id()).attachments().getFirst().sha256())
        .isEqualTo(Sounds.sha256(chunk, chunk));
    assertThat(second.trouble()).isEmpty();
  }

  @Test
  void aTurnWhoseSpeechRetentionTookWhileNoDispatcherWasThereIsClosedByTheNext() throws Exception {
    StandIn cic = stage.standIn();
    Dispatcher first = stage.dispatcher(cic);
    SpeechPublisher publisher = stage.publisher();
    Turn turn = publisher.begin(TurnRequest.speech("kitchen", "ko"));
    var _ = turn.audio(Sounds.tone(200));
    Awaitility.await().until(() -> !stage.heard(turn.id()).records().isEmpty());
    first.close(Duration.ZERO);
    stage.removeSpeech();
    stage.dispatcher(cic);
    Spoken later = stage.speak(publisher, "kitchen", Sounds.tone(400));
    assertThat(stage.awaitClosed(later.turn()).status()).isEqualTo(TurnStatus.OK);
    assertThat(stage.awaitClosed(turn.id()).reason()).isEqualTo("speech-gone");
    var _ = turn.end();
  }

  @Test
  void ownersNumbersGrowWithEveryTakeOver() throws Exception {
    StandIn cic = stage.standIn();
    SpeechPublisher publisher = stage.publisher();
    for (int owner = 1; owner <= 4; owner++) {
      Dispatcher dispatcher = stage.dispatcher(cic);
      Spoken spoken = stage.speak(publisher, "kitchen", Sounds.tone(400));
      LedgerRecord.TurnClosed closed = stage.awaitClosed(spoken.turn());
      assertThat(closed.status()).isEqualTo(TurnStatus.OK);
      assertThat(closed.attempt().owner()).isEqualTo(owner);
      dispatcher.close();
    }
  }

  /** A planned restart is not heard: nobody asks CIC a second time, and no answer is cut off. */
  @Test
  void whatCicHasAllOfIsFinishedByTheDispatcherThatLeavesAndByNoOther() throws Exception {
    StandIn cic =
        stage.standIn(config -> config.withScript(Script.DEFAULT.withDelay(Duration.ofSeconds(2))));
    Dispatcher first = stage.dispatcher(cic);
    SpeechPublisher publisher = stage.publisher();
    Spoken spoken = stage.speak(publisher, "kitchen", Sounds.tone(400));
    Awaitility.await()
        .until(() -> !stage.heard(spoken.turn()).of(LedgerRecord.TurnSent.class).isEmpty());
    stage.dispatcher(cic);
    first.close(Duration.ofSeconds(10));
    LedgerRecord.TurnClosed closed = stage.awaitClosed(spoken.turn());
    assertThat(closed.status()).isEqualTo(TurnStatus.OK);
    assertThat(closed.attempt().owner()).isEqualTo(1);
    assertThat(stage.heard(spoken.turn()).of(LedgerRecord.TurnBegun.class)).hasSize(1);
    assertThat(cic.turns()).hasSize(1);

    Spoken later = stage.speak(publisher, "kitchen", Sounds.tone(400));
    assertThat(stage.awaitClosed(later.turn()).attempt().owner()).isEqualTo(2);
    assertThat(stage.closed()).hasSize(2);
  }

  /** CIC answers while the user still speaks: the one who leaves reads on to the end. */
  @Test
  void anAnswerThatCameEarlyIsBroughtToItsEndByTheDispatcherThatLeaves() throws Exception {
    StandIn cic =
        stage.standIn(config ->
            config.withScript(Script.DEFAULT.withEarly(true).withStopCapture(StopCapture.NEVER)));
    Dispatcher first = stage.dispatcher(cic);
    SpeechPublisher publisher = stage.publisher();
    Turn turn = publisher.begin(TurnRequest.speech("kitchen", "ko"));
    var _ = turn.audio(Sounds.tone(200));
    Awaitility.await().until(() -> !stage.heard(turn.id()).directives().isEmpty());
    stage.dispatcher(cic);
    Thread leaving = Thread.ofVirtual().start(() -> first.close(Duration.ofSeconds(10)));
    Awaitility.await().until(() -> first.trouble().isPresent());
    var _ = turn.audio(Sounds.tone(200));
    var _ = turn.end();
    LedgerRecord.TurnClosed closed = stage.awaitClosed(turn.id());
    leaving.join();
    assertThat(closed.status()).as(closed.detail()).isEqualTo(TurnStatus.OK);
    assertThat(closed.attempt().owner()).isEqualTo(1);
    assertThat(closed.counts()).containsEntry("audioChunks", 2L);
  }

  @Test
  void whatCannotBeReadIsSetAsideWithItsReasonAndItsNeighboursGoOn() throws Exception {
    StandIn cic = stage.standIn();
    stage.dispatcher(cic);
    int partition = DevicePartition.of("kitchen", Stage.PARTITIONS);
    try (var producer = stage.kafka.producer("vandal", 0)) {
      var _ =
          producer
              .send(
                  KafkaRecords.toKafka(
                      stage.topics.speech(),
                      partition,
                      new RawRecord("x y", Map.of("v", "1", "kind", "audio"), new byte[] {1})))
              .get();
      var _ =
          producer
              .send(
                  KafkaRecords.toKafka(
                      stage.topics.speech(),
                      (partition + 1) % Stage.PARTITIONS,
                      new SpeechRecord.End(new TurnId("kitchen", "d", "m"), "s", 1).toRaw()))
              .get();
    }
    Spoken spoken = stage.speak(stage.publisher(), "kitchen", Sounds.tone(400));
    assertThat(stage.awaitClosed(spoken.turn()).status()).isEqualTo(TurnStatus.OK);
    Awaitility.await()
        .untilAsserted(() -> {
          List<String> reasons = new ArrayList<>();
          for (int p = 0; p < Stage.PARTITIONS; p++) {
            for (var record : stage.read(stage.topics.deadLetters(), p)) {
              reasons.add(KafkaRecords.fromKafka(record).headers().get("dead-reason"));
            }
          }
          assertThat(reasons).hasSize(2);
          assertThat(reasons).anyMatch(reason -> reason.startsWith("misrouted"));
          assertThat(reasons).anyMatch(reason -> reason.startsWith("unreadable"));
        });
  }

  /** Such a number once ended every dispatcher that met it. */
  @ParameterizedTest
  @ValueSource(strings = {"1e9999999999", "-1E-99999999999", "1e2147483648"})
  void aNumberThatNoParserLikesRefusesItsTurnAndItsNeighboursGoOn(String number) throws Exception {
    StandIn cic = stage.standIn();
    Dispatcher dispatcher = stage.dispatcher(cic);
    SpeechPublisher publisher = stage.publisher();
    Turn open = publisher.begin(TurnRequest.speech(neighbourOf("kitchen"), "ko"));
    var _ = open.audio(Sounds.tone(200));
    Awaitility.await().until(() -> !stage.heard(open.id()).records().isEmpty());
    TurnId turn = new TurnId("kitchen", "dialog-1", "message-1");
    String metadata =
        """
        {"context":[],"event":{"header":{"namespace":"SpeechRecognizer","name":"Recognize",
        "messageId":"message-1","dialogRequestId":"dialog-1"},"payload":{"volume":%s}}}\
        """
            .formatted(number);
    try (var producer = stage.kafka.producer("vandal", 0)) {
      var _ =
          producer
              .send(
                  KafkaRecords.toKafka(
                      stage.topics.speech(),
                      DevicePartition.of("kitchen", Stage.PARTITIONS),
                      new SpeechRecord.Begin(
                              turn, "source-1", metadata.getBytes(StandardCharsets.UTF_8))
                          .toRaw()))
              .get();
    }
    assertThat(stage.awaitClosed(turn).reason()).isEqualTo("bad-metadata");
    var _ = open.audio(Sounds.tone(200));
    var _ = open.end();
    LedgerRecord.TurnClosed closed = stage.awaitClosed(open.id());
    assertThat(closed.status()).as(closed.detail()).isEqualTo(TurnStatus.OK);
    assertThat(stage.heard(open.id()).of(LedgerRecord.TurnBegun.class))
        .as("the partition had one owner, which tried once")
        .hasSize(1);
    byte[] chunk = Sounds.tone(200);
    assertThat(stage.heard(open.id()).attachments().getFirst().sha256())
        .isEqualTo(Sounds.sha256(chunk, chunk));
    Spoken later = stage.speak(publisher, "kitchen", Sounds.tone(400));
    assertThat(stage.awaitClosed(later.turn()).status()).isEqualTo(TurnStatus.OK);
    assertThat(dispatcher.trouble()).isEmpty();
  }

  /** Another device of the same partition. */
  private static String neighbourOf(String device) {
    int partition = DevicePartition.of(device, Stage.PARTITIONS);
    return Stream.iterate(0, i -> i + 1)
        .map(i -> "neighbour-" + i)
        .filter(other -> DevicePartition.of(other, Stage.PARTITIONS) == partition)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aTokenThatIsReplacedInItsFileServesTheTurnForWhichTheOldOneWasRefused(@TempDir Path folder)
      throws Exception {
    StandIn cic = stage.standIn();
    Path file = folder.resolve("devices.jsonl");
    Files.writeString(file, "{\"device\":\"kitchen\",\"token\":\"old\"}\n");
    cic.scripts()
        .when(
            turn -> {
              boolean old = turn.client().equals(ClientId.of("old"));
              if (old) {
                try {
                  Files.writeString(file, "{\"device\":\"kitchen\",\"token\":\"new\"}\n");
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }
              return old;
            },
            Script.replying(Reply.status(401)));
    stage.dispatcher(CicSettings.of(cic.uri()), CredentialsFile.open(file), FlowLimits.DEFAULT);
    Spoken spoken = stage.speak(stage.publisher(), "kitchen", Sounds.tone(600));
    LedgerRecord.TurnClosed closed = stage.awaitClosed(spoken.turn());
    assertThat(closed.status()).as(closed.detail()).isEqualTo(TurnStatus.OK);
    assertThat(cic.turns())
        .extracting(turn -> turn.client(), ReceivedTurn::audioBytes, ReceivedTurn::status)
        .containsExactly(
            tuple(ClientId.of("old"), spoken.bytes(), 401),
            tuple(ClientId.of("new"), spoken.bytes(), 200));
  }

  private byte[] pieces(String attachment) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int partition = 0; partition < Stage.PARTITIONS; partition++) {
      for (var record : stage.read(stage.topics.attachments(), partition)) {
        AttachmentPiece piece = AttachmentPiece.parse(KafkaRecords.fromKafka(record));
        if (piece.attachment().equals(attachment)) {
          bytes.write(piece.bytes());
        }
      }
    }
    return bytes.toByteArray();
  }
}
