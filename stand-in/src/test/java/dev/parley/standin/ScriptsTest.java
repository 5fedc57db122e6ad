package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every scripted behaviour, seen from the client. */
class ScriptsTest {
  private static final String TOKEN = "a-token";
  private static final Duration FOR_GOOD = Duration.ofHours(1);
  private static final byte[] AUDIO = new byte[64_000];

  private final StandIn standIn =
      StandIn.start(
          StandInConfig.DEFAULT
              .withTransport(new Transport.Cleartext())
              .withOpenWindow(Duration.ZERO));
  private final TestClient client = new TestClient(standIn.port());
  private final String dialog = EventBytes.id();

  @AfterEach
  void stop() {
    client.close();
    standIn.close();
  }

  private TestClient.Stream begin(Script script) {
    if (!standIn.hasDownchannel(ClientId.of(TOKEN))) {
      client.downchannel(TOKEN);
    }
    standIn.scripts().next(script);
    TestClient.Stream turn = client.request(TestClient.post(TOKEN), false);
    String json = EventBytes.speech(dialog, EventBytes.id(), EventBytes.SPEECH_PAYLOAD);
    turn.send(new EventBytes().metadata(json).chunks(AUDIO).sofar(), false);
    return turn;
  }

  private static TestClient.Stream finish(TestClient.Stream turn) {
    turn.send(new EventBytes().last(), true);
    return turn;
  }

  private TestClient.Stream whole(Script script) {
    return finish(begin(script)).awaitEnd();
  }

  /** Waits until all that was sent on the downchannel so far has come. */
  private void caughtUp(TestClient.Stream downchannel) {
    standIn.push(
        ClientId.of(TOKEN), Directives.of("Test.Mark", Optional.empty(), Directives.payload()));
    downchannel.await("Test", "Mark");
  }

  private static Script stopping(StopCapture.Form form) {
    return Script.DEFAULT.withStopCapture(StopCapture.after(Duration.ofMillis(600)).as(form));
  }

  @Test
  void stopCaptureAfterSoMuchAudio() {
    TestClient.Stream downchannel = client.downchannel(TOKEN);
    whole(stopping(StopCapture.Form.DOWNCHANNEL));
    caughtUp(downchannel);
    assertThat(downchannel.count("SpeechRecognizer", "StopCapture")).isEqualTo(1);
    assertThat(standIn.turns().getFirst().stopCaptureAtSample().orElseThrow())
        .isBetween(9_600L, 9_600L + 8_192L);
  }

  @Test
  void stopCaptureNever() {
    TestClient.Stream downchannel = client.downchannel(TOKEN);
    whole(Script.DEFAULT.withStopCapture(StopCapture.NEVER));
    caughtUp(downchannel);
    assertThat(downchannel.count("SpeechRecognizer", "StopCapture")).isZero();
    assertThat(standIn.turns().getFirst().finish()).isEqualTo(ReceivedTurn.Finish.CLIENT_END);
  }

  @Test
  void stopCaptureTwice() {
    TestClient.Stream downchannel = client.downchannel(TOKEN);
    whole(stopping(StopCapture.Form.TWICE));
    caughtUp(downchannel);
    assertThat(downchannel.count("SpeechRecognizer", "StopCapture")).isEqualTo(2);
  }

  @Test
  void stopCaptureForAnotherDialogAndWithoutOne() {
    TestClient.Stream downchannel = client.downchannel(TOKEN);
    whole(stopping(StopCapture.Form.OTHER_DIALOG));
    downchannel.await("SpeechRecognizer", "StopCapture");
    assertThat(downchannel.text()).contains("dialogRequestId").doesNotContain(dialog);

    standIn.endDownchannel(ClientId.of(TOKEN));
    downchannel.awaitEnd();
    TestClient.await("the end", () -> !standIn.hasDownchannel(ClientId.of(TOKEN)));
    TestClient.Stream second = client.downchannel(TOKEN);
    whole(stopping(StopCapture.Form.NO_DIALOG_ID));
    second.await("SpeechRecognizer", "StopCapture");
    assertThat(second.text()).doesNotContain("dialogRequestId");
  }

  @Test
  void stopCaptureOnTheResponseBeforeTheUploadHasEnded() {
    TestClient.Stream downchannel = client.downchannel(TOKEN);
    TestClient.Stream turn = begin(stopping(StopCapture.Form.RESPONSE));
    turn.await("SpeechRecognizer", "StopCapture");
    assertThat(turn.status()).isEqualTo(200);
    finish(turn).awaitEnd();
    assertThat(ResponseText.parts(turn)).hasSize(4);
    caughtUp(downchannel);
    assertThat(downchannel.count("SpeechRecognizer", "StopCapture")).isZero();
  }

  @Test
  void directivesBeforeTheUploadHasEnded() {
    TestClient.Stream turn = begin(Script.DEFAULT.withEarly(true));
    turn.await("Clova", "RenderText");
    assertThat(turn.ended()).isFalse();
    finish(turn).awaitEnd();
    assertThat(turn.count("Clova", "RenderText")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 429, 500, 503})
  void anErrorStatus(int status) {
    TestClient.Stream turn = whole(Script.replying(Reply.status(status)));
    assertThat(turn.status()).isEqualTo(status);
    assertThat(turn.text()).startsWith("{\"directive\":").contains("\"code\":" + status);
  }

  @ParameterizedTest
  @EnumSource
  void anErrorInEveryShape(Reply.Shape shape) {
    TestClient.Stream turn = whole(Script.replying(new Reply.Failure(500, shape)));
    assertThat(turn.text()).contains("\"namespace\":\"System\",\"name\":\"Exception\"");
    assertThat(turn.text().contains("\"directive\""))
        .isEqualTo(shape == Reply.Shape.WRAPPED || shape == Reply.Shape.WRAPPED_PART);
    assertThat(turn.contentType().startsWith("multipart/"))
        .isEqualTo(shape == Reply.Shape.WRAPPED_PART || shape == Reply.Shape.BARE_PART);
  }

  @Test
  void anErrorInMidUpload() {
    TestClient.Stream turn = begin(Script.replying(Reply.status(401)).withEarly(true));
    assertThat(turn.awaitEnd().status()).isEqualTo(401);
    finish(turn);
    TestClient.await("the turn", () -> !standIn.turns().isEmpty());
    assertThat(standIn.turns().getFirst().audioBytes()).isEqualTo(AUDIO.length);
  }

  @Test
  void noContent() {
    assertThat(whole(Script.replying(Reply.NO_CONTENT)).status()).isEqualTo(204);
  }

  @Test
  void noAnswerAtAll() {
    TestClient.Stream turn = finish(begin(Script.replying(Reply.HANG)));
    TestClient.await("the turn", () -> !standIn.turns().isEmpty());
    assertThat(whole(Script.DEFAULT).status()).isEqualTo(200);
    assertThat(turn.status()).isZero();
  }

  @Test
  void aDelayedAnswer() {
    TestClient.Stream late = finish(begin(Script.DEFAULT.withDelay(FOR_GOOD)));
    TestClient.await("the turn", () -> !standIn.turns().isEmpty());
    TestClient.Stream soon = finish(begin(Script.DEFAULT.withDelay(Duration.ofMillis(20))));
    assertThat(soon.awaitEnd().status()).isEqualTo(200);
    assertThat(late.status()).isZero();
  }

  @Test
  void noFinalBoundary() {
    TestClient.Stream turn = whole(Script.DEFAULT.withCut(Cut.NO_FINAL_BOUNDARY));
    assertThat(turn.ended()).isTrue();
    assertThat(ResponseText.hasFinalBoundary(turn)).isFalse();
    assertThat(ResponseText.parts(turn)).hasSize(3);
  }

  @Test
  void endResetAndStallAfterSoManyBytes() {
    TestClient.Stream ended = whole(Script.DEFAULT.withCut(new Cut.EndAfter(1_000)));
    assertThat(ended.ended()).isTrue();
    assertThat(ended.bytes()).hasSize(1_000);

    TestClient.Stream reset = whole(Script.DEFAULT.withCut(new Cut.ResetAfter(777)));
    assertThat(reset.wasReset()).isTrue();
    assertThat(reset.bytes().length).isLessThanOrEqualTo(777);

    TestClient.Stream stalled =
        finish(begin(Script.DEFAULT.withCut(new Cut.StallAfter(1_234, FOR_GOOD))));
    TestClient.await("the stall", () -> stalled.bytes().length == 1_234);
    assertThat(stalled.ended()).isFalse();
    TestClient.Stream resumed =
        whole(Script.DEFAULT.withCut(new Cut.StallAfter(1_234, Duration.ofMillis(5))));
    assertThat(ResponseText.hasFinalBoundary(resumed)).isTrue();
  }

  @Test
  void smallFrames() {
    TestClient.Stream turn = whole(Script.DEFAULT.withFrameBytes(100));
    assertThat(turn.dataFrames()).isGreaterThan(AUDIO.length / 100);
    assertThat(ResponseText.parts(turn)).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource
  void whereTheAttachmentGoes(Reply.Attachment attachment) {
    TestClient.Stream downchannel = client.downchannel(TOKEN);
    TestClient.Stream turn = whole(Script.replying(new Reply.Echo(attachment)));
    String cid = "Content-ID: <" + ResponseText.field(turn.text(), "url").substring(4) + ">";
    List<String> parts = ResponseText.parts(turn);
    switch (attachment) {
      case AFTER_DIRECTIVE -> assertThat(parts.get(2)).startsWith(cid);
      case BEFORE_DIRECTIVE -> assertThat(parts.get(1)).startsWith(cid);
      case MISSING -> {
        assertThat(parts).hasSize(2);
        caughtUp(downchannel);
        assertThat(downchannel.text()).doesNotContain(cid);
      }
      case ON_DOWNCHANNEL -> {
        assertThat(parts).hasSize(2);
        caughtUp(downchannel);
        assertThat(downchannel.text()).contains(cid);
      }
    }
  }

  @Test
  void extraDirectives() {
    TestClient.Stream downchannel = client.downchannel(TOKEN);
    TestClient.Stream turn = whole(Script.DEFAULT.withExtras(Extra.values()));
    assertThat(turn.count("Nonexistent", "DoSomething")).isEqualTo(1);
    assertThat(turn.count("Clova", "RenderText")).isEqualTo(3);
    assertThat(turn.text()).contains("of another dialog").contains("of no dialog");
    assertThat(ResponseText.parts(turn).getLast()).contains("ExpectSpeech");
    caughtUp(downchannel);
    assertThat(downchannel.text())
        .contains(ResponseText.field(ResponseText.parts(turn).getFirst(), "messageId"));
  }

  @Test
  void keepRecordingOnceAfterFiveSecondsAndShowRecognizedText() {
    TestClient.Stream downchannel = client.downchannel(TOKEN);
    StopCapture late = StopCapture.after(Duration.ofSeconds(6));
    standIn
        .scripts()
        .next(
            Script.DEFAULT
                .withStopCapture(late)
                .withExtras(Extra.KEEP_RECORDING, Extra.SHOW_RECOGNIZED_TEXT));
    client.exchange(
        TestClient.post(TOKEN),
        EventBytes.speechTurn(dialog, EventBytes.id(), new byte[7 * 32_000]));
    caughtUp(downchannel);
    assertThat(downchannel.count("SpeechRecognizer", "StopCapture")).isEqualTo(1);
    assertThat(downchannel.count("SpeechRecognizer", "KeepRecording")).isEqualTo(1);
    assertThat(downchannel.count("SpeechRecognizer", "ShowRecognizedText")).isEqualTo(1);
  }

  @Test
  void downchannels() {
    standIn
        .scripts()
        .nextDownchannel(
            DownchannelScript.NO_HELLO,
            DownchannelScript.refusedWith(503),
            DownchannelScript.closedAfter(Duration.ofMillis(10)),
            DownchannelScript.helloAfter(FOR_GOOD));
    var get = TestClient.get("/v1/directives", TOKEN);
    TestClient.Stream first = client.request(get, true);
    TestClient.await("the first", () -> first.status() == 200);
    assertThat(client.request(get, true).awaitEnd().status()).isEqualTo(503);
    TestClient.Stream third = client.request(get, true).awaitEnd();
    assertThat(third.count("Clova", "Hello")).isEqualTo(1);
    TestClient.Stream fourth = client.request(get, true);
    TestClient.await("the fourth", () -> fourth.status() == 200);
    client.downchannel(TOKEN);
    assertThat(first.count("Clova", "Hello") + fourth.count("Clova", "Hello")).isZero();
  }

  @Test
  void rulesComeBeforeTheQueueAndTheQueueBeforeTheStandingScript() {
    standIn
        .scripts()
        .when(turn -> turn.dialogRequestId().equals(dialog), Script.replying(Reply.status(500)));
    standIn.scripts().always(Script.replying(Reply.NO_CONTENT));
    assertThat(whole(Script.replying(Reply.status(429))).status()).isEqualTo(500);
    byte[] other = EventBytes.speechTurn(EventBytes.id(), EventBytes.id(), AUDIO);
    assertThat(client.exchange(TestClient.post(TOKEN), other).status()).isEqualTo(429);
    other = EventBytes.speechTurn(EventBytes.id(), EventBytes.id(), AUDIO);
    assertThat(client.exchange(TestClient.post(TOKEN), other).status()).isEqualTo(204);
    standIn.scripts().clear();
    other = EventBytes.speechTurn(dialog, EventBytes.id(), AUDIO);
    assertThat(client.exchange(TestClient.post(TOKEN), other).status()).isEqualTo(204);
  }
}
