package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether a client heeds StopCapture (C21), seen on the row's counts. */
class StopCaptureRowTest {
  private static final String TOKEN = "a-token";
  private static final byte[] CHUNK = new byte[6_400];
  private static final Duration WITHIN = Duration.ofMillis(300);

  private final StandIn standIn =
      StandIn.start(
          StandInConfig.DEFAULT
              .withTransport(new Transport.Cleartext())
              .withJudging(Judging.DEFAULT.withStopWithin(WITHIN).withOpenWindow(Duration.ZERO)));
  private final TestClient client = new TestClient(standIn.port());

  @AfterEach
  void stop() {
    client.close();
    standIn.close();
  }

  private static Script stopping(StopCapture.Form form) {
    return Script.DEFAULT.withStopCapture(StopCapture.after(Duration.ofMillis(400)).as(form));
  }

  /** Speaks until StopCapture is on its way. */
  private TestClient.Stream stopped(Script script) {
    TestClient.Stream downchannel = client.downchannel(TOKEN);
    standIn.scripts().next(script);
    TestClient.Stream turn = client.request(TestClient.post(TOKEN), false);
    String json = EventBytes.speech(EventBytes.id(), EventBytes.id(), EventBytes.SPEECH_PAYLOAD);
    turn.send(new EventBytes().metadata(json).audio(CHUNK).audio(CHUNK).sofar(), false);
    TestClient.await(
        "StopCapture",
        () ->
            downchannel.count("SpeechRecognizer", "StopCapture")
                    + turn.count("SpeechRecognizer", "StopCapture")
                > 0);
    return turn;
  }

  /** Waits until the stand-in has taken all that was sent to it on the connection. */
  private void awaitTaken() {
    int acks = client.pingAcks();
    client.ping();
    TestClient.await("the ACK", () -> client.pingAcks() > acks);
  }

  /** Speaks on for longer than is allowed after StopCapture. */
  private void goOn(TestClient.Stream turn) {
    long from = System.nanoTime();
    while (System.nanoTime() - from <= WITHIN.plusMillis(50).toNanos()) {
      turn.send(new EventBytes().audio(CHUNK).sofar(), false);
      awaitTaken();
    }
    turn.send(new EventBytes().audio(CHUNK).sofar(), false);
  }

  /** The stand-in notes the turn, and has judged it, a moment after the client has its answer. */
  private void end(TestClient.Stream turn) {
    turn.send(new EventBytes().last(), true);
    turn.awaitEnd();
    TestClient.await("the turn to be noted", () -> !standIn.turns().isEmpty());
  }

  @Test
  void aRequestThatIsFinishedWhenStopCaptureComesKeepsC21WhateverWasUnderWay() {
    TestClient.Stream turn = stopped(stopping(StopCapture.Form.DOWNCHANNEL));
    turn.send(new EventBytes().chunks(new byte[20 * 6_400]).sofar(), false);
    end(turn);
    assertThat(standIn.rows().brokenRows()).isEmpty();
    assertThat(standIn.rows().judged(Row.C21)).isEqualTo(1);
  }

  @Test
  void aRequestThatGoesOnBreaksC21() {
    TestClient.Stream turn = stopped(stopping(StopCapture.Form.TWICE));
    goOn(turn);
    end(turn);
    assertThat(standIn.rows().brokenRows()).containsExactly(Row.C21);
    assertThat(standIn.verdicts().failures().getFirst().detail()).contains("bytes of audio");
  }

  @Test
  void anAbortAfterLateAudioBreaksC21AndAnAbortAtOnceIsNotJudged() {
    stopped(stopping(StopCapture.Form.DOWNCHANNEL)).reset();
    TestClient.await("the turn", () -> standIn.turns().size() == 1);
    assertThat(standIn.rows().judged(Row.C21)).isZero();

    TestClient.Stream goesOn = again();
    goOn(goesOn);
    goesOn.reset();
    TestClient.await("the turn", () -> standIn.turns().size() == 2);
    assertThat(standIn.rows().brokenRows()).containsExactly(Row.C21);
  }

  private TestClient.Stream again() {
    standIn.endDownchannel(ClientId.of(TOKEN));
    TestClient.await("its end", () -> !standIn.hasDownchannel(ClientId.of(TOKEN)));
    return stopped(stopping(StopCapture.Form.DOWNCHANNEL));
  }

  @ParameterizedTest
  @EnumSource(
      value = StopCapture.Form.class,
      names = {"OTHER_DIALOG", "NO_DIALOG_ID", "RESPONSE"})
  void whatClientsNeedNotHeedIsNotJudged(StopCapture.Form form) {
    TestClient.Stream turn = stopped(stopping(form));
    goOn(turn);
    end(turn);
    assertThat(standIn.rows().judged(Row.C21)).isZero();
  }

  @Test
  void anUploadThatTheStandInHeldBackIsNotJudged() {
    TestClient.Stream turn =
        stopped(stopping(StopCapture.Form.DOWNCHANNEL).withUpload(Upload.HOLD_CONNECTION_WINDOW));
    goOn(turn);
    end(turn);
    assertThat(standIn.rows().judged(Row.C21)).isZero();
  }

  @Test
  void aRequestThatGoesOnIsNotJudgedWhereStopCaptureDoesNotReachTheClient() {
    try (TestClient other = new TestClient(standIn.port())) {
      standIn.scripts().next(stopping(StopCapture.Form.DOWNCHANNEL));
      client.downchannel(TOKEN);
      TestClient.Stream turn = client.request(TestClient.post(TOKEN), false);
      String json = EventBytes.speech(EventBytes.id(), EventBytes.id(), EventBytes.SPEECH_PAYLOAD);
      turn.send(new EventBytes().metadata(json).audio(CHUNK).sofar(), false);
      // Were it taken later, it would not be on its downchannel's connection.
      awaitTaken();
      // The downchannel moves to a connection that nobody reads any more.
      TestClient.Stream moved = other.downchannel(TOKEN);
      other.stopReading();
      turn.send(new EventBytes().audio(CHUNK).sofar(), false);
      goOn(turn);
      end(turn);
      assertThat(moved.count("SpeechRecognizer", "StopCapture")).isZero();
    }
    assertThat(standIn.turns().getFirst().stopCaptureAtSample()).isPresent();
    assertThat(standIn.rows().judged(Row.C21)).isZero();
  }

  @Test
  void whatWasHeardEndsAtStopCaptureAndTheEchoDoesNot() {
    TestClient.Stream turn = stopped(stopping(StopCapture.Form.DOWNCHANNEL));
    turn.send(new EventBytes().chunks(new byte[20 * 6_400]).sofar(), false);
    end(turn);
    assertThat(turn.text()).contains("heard 0.4 s of audio");
    String cid = ResponseText.field(turn.text(), "url").substring(4);
    assertThat(ResponseText.attachment(turn, cid)).hasSize(22 * 6_400);
  }
}
