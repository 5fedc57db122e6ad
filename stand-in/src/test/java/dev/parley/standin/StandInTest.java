package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StandInTest {
  private static final String TOKEN = "a-token";
  private static final ClientId CLIENT = ClientId.of(TOKEN);

  private StandIn standIn = StandIn.start(config());
  private TestClient client = new TestClient(standIn.port());

  private static StandInConfig config() {
    return StandInConfig.DEFAULT.withTransport(new Transport.Cleartext());
  }

  @BeforeEach
  void started() {
    assertThat(standIn.uri().toString()).isEqualTo("http://127.0.0.1:" + standIn.port());
  }

  @AfterEach
  void stop() {
    client.close();
    standIn.close();
  }

  private void restart(StandInConfig config) {
    stop();
    standIn = StandIn.start(config);
    client = new TestClient(standIn.port());
  }

  private static byte[] audio(int length) {
    byte[] audio = new byte[length];
    new Random(length).nextBytes(audio);
    return audio;
  }

  @Test
  void aTurnBringsBackItsOwnAudio() {
    client.downchannel(TOKEN);
    byte[] audio = audio(100_000);
    String dialog = EventBytes.id();
    TestClient.Stream response =
        client.exchange(
            TestClient.post(TOKEN), EventBytes.speechTurn(dialog, EventBytes.id(), audio));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.contentType()).startsWith("multipart/related; boundary=");
    List<String> parts = ResponseText.parts(response);
    assertThat(parts).hasSize(3);
    assertThat(parts.get(0))
        .contains("\"name\":\"RenderText\"")
        .contains(dialog)
        .contains("heard 3.1 s of audio");
    String cid = ResponseText.field(parts.get(1), "url");
    assertThat(cid).startsWith("cid:");
    assertThat(ResponseText.attachment(response, cid.substring(4))).isEqualTo(audio);
    assertThat(ResponseText.hasFinalBoundary(response)).isTrue();
    assertThat(standIn.verdicts().failures()).isEmpty();

    ReceivedTurn turn = standIn.turns().getFirst();
    assertThat(turn.client()).isEqualTo(CLIENT);
    assertThat(turn.dialogRequestId()).isEqualTo(dialog);
    assertThat(turn.audioBytes()).isEqualTo(100_000);
    assertThat(turn.audioChunks()).isEqualTo(16);
    assertThat(turn.parts()).isEqualTo(17);
    assertThat(turn.audioSha256())
        .isEqualTo(HexFormat.of().formatHex(ClientId.sha256().digest(audio)));
    assertThat(turn.finish()).isEqualTo(ReceivedTurn.Finish.CLIENT_END);
    assertThat(turn.stopCaptureAtSample()).isEmpty();
  }

  @Test
  void stopCaptureComesOnTheDownchannelWhileTheUploadGoesOnAndLaterAudioIsEchoedToo()
      throws IOException {
    TestClient.Stream downchannel = client.downchannel(TOKEN);
    Recording weather = Recording.named("weather.wav");
    byte[] spoken =
        Pcm.bytes(Arrays.copyOf(weather.samples(), weather.samples().length + 2 * 16_000));
    String dialog = EventBytes.id();
    TestClient.Stream turn = client.request(TestClient.post(TOKEN), false);
    EventBytes body = new EventBytes();
    turn.send(
        body.metadata(EventBytes.speech(dialog, EventBytes.id(), EventBytes.SPEECH_PAYLOAD))
            .sofar(),
        false);
    turn.send(body.chunks(spoken).sofar(), false);
    downchannel.await("SpeechRecognizer", "StopCapture");
    assertThat(turn.status()).as("no answer before the upload has ended").isZero();
    byte[] late = audio(6_400);
    turn.send(body.audio(late).last(), true);
    turn.awaitEnd();

    assertThat(downchannel.count("SpeechRecognizer", "StopCapture")).isEqualTo(1);
    assertThat(downchannel.text()).contains("\"dialogRequestId\":\"" + dialog + "\"");
    ReceivedTurn received = standIn.turns().getFirst();
    assertThat(received.finish()).isEqualTo(ReceivedTurn.Finish.AFTER_STOP_CAPTURE);
    int end = weather.endMillis() * 16;
    assertThat(received.stopCaptureAtSample().orElseThrow())
        .isBetween(end + 300L * 16, end + 1_000L * 16);
    String cid = ResponseText.field(turn.text(), "url").substring(4);
    byte[] all = Arrays.copyOf(spoken, spoken.length + late.length);
    System.arraycopy(late, 0, all, spoken.length, late.length);
    assertThat(ResponseText.attachment(turn, cid)).isEqualTo(all);
  }

  @Test
  void aTextTurnIsAnsweredWithATone() {
    client.downchannel(TOKEN);
    TestClient.Stream response =
        client.exchange(
            TestClient.post(TOKEN), EventBytes.textTurn(EventBytes.id(), EventBytes.id()));
    assertThat(response.status()).isEqualTo(200);
    assertThat(ResponseText.parts(response)).hasSize(3);
    assertThat(standIn.verdicts().failures()).isEmpty();
  }

  @Test
  void anotherEventIsAnswered204() {
    client.downchannel(TOKEN);
    String json = EventBytes.metadata("SpeechSynthesizer", EventBytes.id(), EventBytes.id(), "{}");
    TestClient.Stream response =
        client.exchange(TestClient.post(TOKEN), new EventBytes().metadata(json).last());
    assertThat(response.status()).isEqualTo(204);
    assertThat(response.bytes()).isEmpty();
  }

  @Test
  void anEventWithoutADownchannelOnItsConnectionIsRefusedWith412() {
    byte[] event = EventBytes.textTurn(EventBytes.id(), EventBytes.id());
    TestClient.Stream first = client.exchange(TestClient.post(TOKEN), event);
    assertThat(first.status()).isEqualTo(412);
    assertThat(first.text())
        .contains("\"namespace\":\"System\",\"name\":\"Exception\"")
        .contains("\"code\":412");
    assertThat(standIn.verdicts().failed(Row.C2)).isEqualTo(1);

    client.downchannel(TOKEN);
    try (TestClient other = new TestClient(standIn.port())) {
      assertThat(other.exchange(TestClient.post(TOKEN), event).status()).isEqualTo(412);
    }
    assertThat(standIn.verdicts().failed(Row.C5)).isEqualTo(2);
    assertThat(client.exchange(TestClient.post(TOKEN), event).status()).isEqualTo(200);
  }

  @Test
  void lenientAnswersWithoutADownchannelAndPutsStopCaptureIntoTheResponse() throws IOException {
    restart(config().withLenient(true));
    Recording weather = Recording.named("weather.wav");
    byte[] spoken =
        Pcm.bytes(Arrays.copyOf(weather.samples(), weather.samples().length + 2 * 16_000));
    TestClient.Stream response =
        client.exchange(
            TestClient.post(TOKEN),
            EventBytes.speechTurn(EventBytes.id(), EventBytes.id(), spoken));
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.count("SpeechRecognizer", "StopCapture")).isEqualTo(1);
    assertThat(ResponseText.parts(response)).hasSize(4);
    assertThat(standIn.verdicts().failures())
        .extracting(Verdict::row)
        .containsExactly(Row.C2, Row.C3, Row.C5);
  }

  @Test
  void aSecondDownchannelEndsTheFirst() {
    restart(config().withOpenWindow(java.time.Duration.ZERO));
    TestClient.Stream first = client.downchannel(TOKEN);
    client.downchannel(TOKEN);
    first.awaitEnd();
    assertThat(standIn.hasDownchannel(CLIENT)).isTrue();
  }

  @Test
  void aClosedDownchannelIsForgotten() {
    TestClient.Stream downchannel = client.downchannel(TOKEN);
    downchannel.reset();
    TestClient.await("the downchannel to be forgotten", () -> !standIn.hasDownchannel(CLIENT));
  }

  @Test
  void pushReachesTheDownchannel() {
    TestClient.Stream downchannel = client.downchannel(TOKEN);
    assertThat(
            standIn.push(
                CLIENT,
                Directives.of(
                    "Clova.RenderText", java.util.Optional.empty(), Directives.payload())))
        .isTrue();
    downchannel.await("Clova", "RenderText");
    assertThat(standIn.push(ClientId.of("another"), "{}")).isFalse();
  }

  @Test
  void theRestOfTheHttpSurface() {
    assertThat(client.request(TestClient.get("/ping", TOKEN), true).awaitEnd().status())
        .isEqualTo(204);
    assertThat(client.request(TestClient.get("/other", TOKEN), true).awaitEnd().status())
        .isEqualTo(404);
    assertThat(client.request(TestClient.get("/v1/events", TOKEN), true).awaitEnd().status())
        .isEqualTo(405);
    assertThat(
            client
                .request(TestClient.headers("POST", "/v1/directives", TOKEN), true)
                .awaitEnd()
                .status())
        .isEqualTo(405);
    var noToken = TestClient.get("/v1/directives", TOKEN);
    noToken.remove("authorization");
    assertThat(client.request(noToken, true).awaitEnd().status()).isEqualTo(401);
    var noContentType = TestClient.headers("POST", "/v1/events", TOKEN);
    client.downchannel(TOKEN);
    assertThat(client.exchange(noContentType, new byte[0]).status()).isEqualTo(400);
  }

  @Test
  void anAbortedUploadIsTold() {
    client.downchannel(TOKEN);
    TestClient.Stream turn = client.request(TestClient.post(TOKEN), false);
    EventBytes body = new EventBytes();
    body.metadata(EventBytes.speech(EventBytes.id(), EventBytes.id(), EventBytes.SPEECH_PAYLOAD));
    turn.send(body.audio(audio(6_400)).audio(audio(6_400)).sofar(), false);
    turn.reset();
    TestClient.await("the turn", () -> !standIn.turns().isEmpty());
    assertThat(standIn.turns().getFirst().finish()).isEqualTo(ReceivedTurn.Finish.ABORTED);
    assertThat(standIn.turns().getFirst().audioBytes()).isEqualTo(12_800);
  }

  @Test
  void pingsAreAnsweredUnlessTheyAreWithheld() {
    client.ping();
    TestClient.await("the ACK", () -> client.pingAcks() == 1);
    standIn.answerPings(false);
    client.ping();
    TestClient.await("the second PING", () -> standIn.verdicts().passed(Row.C7) == 2);
    // A response on the same connection comes after any ACK would have.
    assertThat(client.request(TestClient.get("/ping", TOKEN), true).awaitEnd().status())
        .isEqualTo(204);
    assertThat(client.pingAcks()).isEqualTo(1);
  }

  @Test
  void aRefusedRequestThatNeitherEndsNorGoesOnIsReset() {
    TestClient.Stream turn = client.request(TestClient.post("nobody"), false);
    turn.awaitEnd();
    assertThat(turn.status()).isEqualTo(412);
    TestClient.await("the reset", turn::wasReset);
  }

  @Test
  void goAwayIsSaidToEveryClient() {
    client.ping();
    TestClient.await("the connection", () -> client.pingAcks() == 1);
    standIn.goAway();
    TestClient.await("GOAWAY", client::goneAway);
  }

  /** However short before it had opened the one that it lost. */
  @Test
  void whoseConnectionIsDroppedMayOpenAnotherDownchannelAtOnce() {
    StandInConfig config =
        StandInConfig.DEFAULT
            .withTransport(new Transport.Cleartext())
            .withOpenWindow(Duration.ofMinutes(1));
    try (StandIn dropping = StandIn.start(config)) {
      for (int i = 0; i < 30; i++) {
        try (TestClient device = new TestClient(dropping.port())) {
          TestClient.Stream opened = device.downchannel(TOKEN);
          TestClient.await("the downchannel", () -> opened.status() == 200);
          dropping.dropConnections();
        }
      }
      assertThat(dropping.rows().broken(Row.C4)).isZero();
    }
  }

  @Test
  void droppedConnectionsAreGone() {
    client.ping();
    TestClient.await("the connection", () -> client.pingAcks() == 1);
    standIn.dropConnections();
    TestClient.await("the drop", () -> !client.isOpen());
  }
}
