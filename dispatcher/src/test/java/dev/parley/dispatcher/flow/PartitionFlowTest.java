package dev.parley.dispatcher.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import dev.parley.turnlog.OwnerClaims;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PartitionFlowTest {
  private final FlowBench bench = new FlowBench();
  private final TurnId turn = FlowBench.turn("kitchen", "dialog-1");

  @Test
  void aTurnIsRequestedSentAnsweredAndClosed() {
    bench.begin(turn);
    bench.audio(turn, 1);
    bench.audio(turn, 2);
    bench.end(turn, 3);
    bench.uploaded(turn);
    bench.answered(turn, "Clova.RenderText");
    bench.responseEnded(turn, 200);

    assertThat(bench.effects(Effect.Request.class)).hasSize(1);
    assertThat(bench.effects(Effect.Send.class)).hasSize(2);
    assertThat(bench.effects(Effect.Finish.class)).hasSize(1);
    assertThat(bench.effects(Effect.Abort.class)).isEmpty();
    assertThat(bench.ledger)
        .extracting(record -> record.getClass().getSimpleName())
        .containsExactly("TurnBegun", "TurnSent", "DirectiveReceived", "TurnClosed");
    LedgerRecord.TurnClosed closed = bench.closed(turn);
    assertThat(closed.status()).isEqualTo(TurnStatus.OK);
    assertThat(closed.counts())
        .containsEntry("audioChunks", 2L)
        .containsEntry("audioBytes", 12_800L)
        .containsEntry("directives", 1L);
    assertThat(bench.flow.openTurns()).isZero();
  }

  @Test
  void commitNeverPassesAnOpenTurn() {
    TurnId other = FlowBench.turn("hall", "dialog-2");
    long first = bench.begin(turn);
    bench.begin(other);
    bench.end(other, 1);
    bench.uploaded(other);
    bench.responseEnded(other, 204);

    assertThat(bench.closed(other).status()).isEqualTo(TurnStatus.OK);
    assertThat(bench.flow.commitPosition()).isEqualTo(first);

    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.responseEnded(turn, 200);
    assertThat(bench.flow.commitPosition()).isEqualTo(bench.offset);
  }

  @Test
  void aTurnIsSettledOnlyWhenItsCloseIsReadBack() {
    long first = bench.begin(turn);
    bench.end(turn, 1);
    bench.acknowledges = false;
    bench.uploaded(turn);
    bench.responseEnded(turn, 200);
    assertThat(bench.ledger).noneMatch(LedgerRecord.TurnClosed.class::isInstance);
    assertThat(bench.flow.commitPosition()).isEqualTo(first);

    bench.acknowledgeNext();
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.OK);
    assertThat(bench.flow.commitPosition()).isEqualTo(first);

    LedgerRecord close = bench.acknowledgeNext();
    assertThat(bench.effects(Effect.Forget.class)).isEmpty();
    assertThat(bench.flow.commitPosition()).isEqualTo(first);

    bench.readBack(close);
    assertThat(bench.effects(Effect.Forget.class)).hasSize(1);
    assertThat(bench.flow.commitPosition()).isEqualTo(bench.offset);
  }

  @Test
  void stopCaptureEndsTheUploadWhenEverythingPublishedBeforeItIsSent() {
    bench.begin(turn);
    bench.audio(turn, 1);
    bench.pushed(turn, "SpeechRecognizer.StopCapture");
    assertThat(bench.effects(Effect.AskSpeechEnd.class)).hasSize(1);
    bench.apply(new Input.SpeechEnd(turn, FlowBench.ATTEMPT, bench.offset + 2));
    assertThat(bench.effects(Effect.Finish.class)).isEmpty();
    bench.audio(turn, 2);
    bench.audio(turn, 3);
    assertThat(bench.effects(Effect.Finish.class)).hasSize(1);
    bench.audio(turn, 4);
    bench.end(turn, 5);
    bench.uploaded(turn);
    bench.responseEnded(turn, 200);

    assertThat(bench.effects(Effect.Send.class)).hasSize(3);
    assertThat(bench.effects(Effect.Finish.class)).hasSize(1);
    assertThat(bench.effects(Effect.PassedOver.class)).isNotEmpty();
    assertThat(bench.ledger)
        .filteredOn(LedgerRecord.TurnSent.class::isInstance)
        .extracting(record -> ((LedgerRecord.TurnSent) record).endedBy())
        .containsExactly(UploadEnd.STOP_CAPTURE);
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.OK);
  }

  @Test
  void stopCaptureEndsTheUploadAtOnceWhenNothingMoreIsPublished() {
    bench.begin(turn);
    bench.audio(turn, 1);
    bench.pushed(turn, "SpeechRecognizer.StopCapture");
    bench.apply(new Input.SpeechEnd(turn, FlowBench.ATTEMPT, bench.offset));
    assertThat(bench.effects(Effect.Finish.class)).hasSize(1);
  }

  @Test
  void stopCaptureIsAcceptedOnTheResponseAndWithoutADialogId() {
    bench.begin(turn);
    bench.answered(turn, "SpeechRecognizer.StopCapture");
    assertThat(bench.effects(Effect.AskSpeechEnd.class)).hasSize(1);

    FlowBench other = new FlowBench();
    other.begin(turn);
    other.apply(
        new Input.Pushed(
            "kitchen", FlowBench.directive("SpeechRecognizer.StopCapture", Optional.empty())));
    assertThat(other.effects(Effect.AskSpeechEnd.class)).hasSize(1);
  }

  @Test
  void stopCaptureOfAnotherDialogOrDeviceStopsNothing() {
    bench.begin(turn);
    bench.pushed(FlowBench.turn("kitchen", "elsewhere"), "SpeechRecognizer.StopCapture");
    bench.pushed(FlowBench.turn("hall", "dialog-1"), "SpeechRecognizer.StopCapture");
    assertThat(bench.effects(Effect.AskSpeechEnd.class)).isEmpty();
  }

  @Test
  void whenTheEndOfThePartitionStaysUnknownStopCaptureStillEndsTheUpload() {
    bench.begin(turn);
    bench.pushed(turn, "SpeechRecognizer.StopCapture");
    pass(Duration.ofSeconds(3));
    assertThat(bench.effects(Effect.Finish.class)).hasSize(1);
  }

  @Test
  void aTextTurnIsFinishedWithItsBegin() {
    bench.textBegin(turn);
    assertThat(bench.effects(Effect.Finish.class)).hasSize(1);
    bench.end(turn, 1);
    assertThat(bench.effects(Effect.Finish.class)).hasSize(1);
  }

  @Test
  void downchannelDirectivesBearTheOpenTurnOfTheirDialogOrNone() {
    bench.begin(turn);
    bench.pushed(turn, "SpeechRecognizer.KeepRecording");
    bench.pushed(FlowBench.turn("kitchen", "other"), "Clova.RenderText");
    bench.apply(
        new Input.Pushed("kitchen", FlowBench.directive("Alerts.SetAlert", Optional.empty())));
    List<LedgerRecord.DirectiveReceived> received =
        bench.ledger.stream()
            .filter(LedgerRecord.DirectiveReceived.class::isInstance)
            .map(LedgerRecord.DirectiveReceived.class::cast)
            .toList();
    assertThat(received)
        .extracting(LedgerRecord.DirectiveReceived::turn)
        .containsExactly(Optional.of(turn), Optional.empty(), Optional.empty());
    assertThat(received)
        .extracting(LedgerRecord.DirectiveReceived::channel)
        .containsOnly(Channel.DOWNCHANNEL);
    assertThat(received)
        .extracting(LedgerRecord.DirectiveReceived::attempt)
        .containsExactly(FlowBench.ATTEMPT, new Attempt(7, 0), new Attempt(7, 0));
  }

  @Test
  void bargeInClosesTheOlderUploadOfTheDeviceButNoOther() {
    TurnId hall = FlowBench.turn("hall", "dialog-9");
    TurnId newer = FlowBench.turn("kitchen", "dialog-2");
    bench.begin(turn);
    bench.begin(hall);
    bench.begin(newer);
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.SUPERSEDED);
    assertThat(bench.effects(Effect.Abort.class)).containsExactly(new Effect.Abort(turn));
    assertThat(bench.flow.openTurns()).isEqualTo(2);
  }

  @Test
  void bargeInLeavesAnOlderTurnThatIsSentToItsAnswer() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.begin(FlowBench.turn("kitchen", "dialog-2"));
    bench.uploaded(turn);
    bench.responseEnded(turn, 200);
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.OK);
  }

  @Test
  void aReportWithoutAudioEndsNoUpload() {
    bench.begin(turn);
    TurnId report = FlowBench.turn("kitchen", "dialog-2");
    bench.report(report);
    assertThat(bench.effects(Effect.Request.class))
        .extracting(Effect.Request::turn)
        .containsExactly(turn, report);
    bench.audio(turn, 1);
    assertThat(bench.effects(Effect.Abort.class)).isEmpty();
    assertThat(bench.flow.openTurns()).isEqualTo(2);
  }

  @Test
  void anAnswerInFullStandsThoughCicTakesNoMoreOfTheTurn() {
    bench.begin(turn);
    bench.audio(turn, 1);
    bench.responseEnded(turn, 200);
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    bench.apply(new Input.UploadRefused(turn, FlowBench.ATTEMPT));
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.OK);
    assertThat(bench.ledger).noneMatch(LedgerRecord.TurnSent.class::isInstance);
  }

  @Test
  void whatBreaksAfterAnAnswerInFullChangesNothing() {
    bench.begin(turn);
    bench.responseEnded(turn, 200);
    bench.apply(
        new Input.Broken(turn, FlowBench.ATTEMPT, Known.SHED, "as the test wants it", true));
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.OK);
  }

  @Test
  void aReportThatWaitsForAnotherTryIsNotEndedBySpeech() {
    TurnId report = FlowBench.turn("kitchen", "dialog-2");
    bench.report(report);
    bench.responseEnded(report, 503);
    bench.begin(turn);
    assertThat(bench.flow.openTurns()).isEqualTo(2);
    assertThat(bench.ledger).noneMatch(LedgerRecord.TurnClosed.class::isInstance);
  }

  @Test
  void anUploadThatIsRefusedBeforeTheAnswerHasEndedEndsNothing() {
    bench.begin(turn);
    bench.apply(new Input.UploadRefused(turn, FlowBench.ATTEMPT));
    assertThat(bench.flow.openTurns()).isEqualTo(1);
  }

  @Test
  void cancelBreaksTheRequestOff() {
    bench.begin(turn);
    bench.audio(turn, 1);
    bench.speech(new SpeechRecord.Cancel(turn, "s1", 2));
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.CANCELLED);
    assertThat(bench.effects(Effect.Abort.class)).hasSize(1);
  }

  @Test
  void audioWithoutABeginOrAfterTheCloseIsPassedOverAndCounted() {
    bench.audio(turn, 1);
    bench.begin(FlowBench.turn("kitchen", "d"));
    bench.speech(new SpeechRecord.Cancel(FlowBench.turn("kitchen", "d"), "s1", 1));
    bench.audio(FlowBench.turn("kitchen", "d"), 2);
    assertThat(bench.effects(Effect.PassedOver.class))
        .extracting(Effect.PassedOver::reason)
        .containsExactly(RecordReason.Passed.NO_BEGIN, RecordReason.Passed.AFTER_CLOSE);
    assertThat(bench.flow.commitPosition()).isEqualTo(bench.offset);
  }

  @Test
  void aSecondBeginAndAForeignSourceAreSetAsideAndTheTurnGoesOn() {
    bench.begin(turn);
    long second = bench.begin(turn);
    long foreign = bench.speech(new SpeechRecord.Audio(turn, "s2", 1, new byte[2]));
    bench.audio(turn, 1);
    assertThat(bench.effects(Effect.SetAside.class))
        .containsExactly(
            new Effect.SetAside(second, RecordReason.Aside.SECOND_BEGIN, ""),
            new Effect.SetAside(foreign, RecordReason.Aside.FOREIGN_SOURCE, ""));
    assertThat(bench.effects(Effect.Send.class)).hasSize(1);
  }

  @Test
  void aRepeatedChunkIsPassedOverAndAGapClosesTheTurn() {
    bench.begin(turn);
    bench.audio(turn, 1);
    bench.audio(turn, 1);
    assertThat(bench.effects(Effect.Send.class)).hasSize(1);
    bench.audio(turn, 3);
    assertThat(bench.closed(turn).reason()).isEqualTo("gap");
    assertThat(bench.effects(Effect.Send.class)).hasSize(1);
  }

  @Test
  void metadataThatIsNoEventOrAnotherTurnsIsRefusedAndSetAside() {
    bench.speech(
        new SpeechRecord.Begin(
            turn, "s1", "nonsense".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThat(bench.closed(turn).reason()).isEqualTo("bad-metadata");
    TurnId second = FlowBench.turn("hall", "dialog-2");
    bench.speech(new SpeechRecord.Begin(second, "s1", FlowBench.metadata(turn)));
    assertThat(bench.closed(second).reason()).isEqualTo("bad-metadata");
    assertThat(bench.effects(Effect.Request.class)).isEmpty();
    assertThat(bench.effects(Effect.SetAside.class)).hasSize(2);
  }

  @Test
  void anUnreadableRecordIsSetAsideAndItsNeighboursGoOn() {
    bench.begin(turn);
    bench.apply(
        new Input.Unreadable(
            bench.offset++,
            RecordReason.Aside.UNREADABLE,
            "header \"v\" is not 1",
            Optional.empty()));
    bench.audio(turn, 1);
    assertThat(bench.effects(Effect.SetAside.class)).hasSize(1);
    assertThat(bench.effects(Effect.Send.class)).hasSize(1);
  }

  @Test
  void everyTurnEndsByATimeOutAtLast() {
    TurnId silent = FlowBench.turn("a", "silent");
    TurnId unanswered = FlowBench.turn("b", "unanswered");
    TurnId endless = FlowBench.turn("c", "endless");
    bench.begin(silent);
    bench.begin(unanswered);
    bench.end(unanswered, 1);
    bench.uploaded(unanswered);
    bench.begin(endless);
    for (int seq = 1; seq <= 200; seq++) {
      pass(Duration.ofSeconds(1));
      bench.audio(endless, seq);
    }
    assertThat(bench.closed(silent).reason()).isEqualTo("idle-timeout");
    assertThat(bench.closed(unanswered).reason()).isEqualTo("response-timeout");
    assertThat(bench.closed(endless).reason()).isEqualTo("upload-timeout");
    assertThat(List.of(bench.closed(silent), bench.closed(unanswered), bench.closed(endless)))
        .extracting(LedgerRecord.TurnClosed::status)
        .containsOnly(TurnStatus.TIMED_OUT);
  }

  @Test
  void silenceIsNotCountedWhileKafkaHoldsWhatIsNotRead() {
    bench.begin(turn);
    bench.tellsEnds = false;
    pass(Duration.ofSeconds(10));
    Effect.AskSilence asked = bench.effects(Effect.AskSilence.class).getLast();
    bench.apply(new Input.SilenceEnd(bench.offset + 2, asked.askedMillis()));
    pass(Duration.ofSeconds(30));
    bench.audio(turn, 1);
    bench.audio(turn, 2);
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    pass(Duration.ofSeconds(9));
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    bench.tellsEnds = true;
    pass(Duration.ofSeconds(2));
    assertThat(bench.closed(turn).reason()).isEqualTo("idle-timeout");
  }

  /** Its end stands behind what others say, which is read slowly. */
  @Test
  void silenceIsKnownOnceAllIsHandledThatStoodBeforeTheEnd() {
    TurnId other = FlowBench.turn("b", "other");
    bench.begin(turn);
    bench.begin(other);
    bench.tellsEnds = false;
    for (int seq = 1; seq <= 10; seq++) {
      pass(Duration.ofSeconds(1));
      bench.audio(other, seq);
    }
    long asked = bench.effects(Effect.AskSilence.class).getFirst().askedMillis();
    bench.apply(new Input.SilenceEnd(bench.offset + 2, asked));
    bench.audio(other, 11);
    assertThat(bench.flow.openTurns()).isEqualTo(2);
    bench.audio(other, 12);
    assertThat(bench.closed(turn).reason()).isEqualTo("idle-timeout");
    assertThat(bench.flow.openTurns()).isEqualTo(1);
  }

  @Test
  void kafkaIsAskedTwiceASecondWhileATurnIsSilentAndNotOtherwise() {
    bench.begin(turn);
    pass(Duration.ofSeconds(9));
    assertThat(bench.effects(Effect.AskSilence.class)).isEmpty();
    bench.tellsEnds = false;
    for (int i = 0; i < 100; i++) {
      pass(Duration.ofMillis(100));
    }
    assertThat(bench.effects(Effect.AskSilence.class)).hasSizeBetween(18, 19);
    bench.audio(turn, 1);
    bench.tellsEnds = true;
    pass(Duration.ofSeconds(1));
    bench.effects.clear();
    pass(Duration.ofSeconds(8));
    assertThat(bench.effects(Effect.AskSilence.class)).isEmpty();
  }

  /** Whatever Kafka says or does not. */
  @Test
  void aSilentTurnEndsByItsLongestTimeAtLast() {
    bench.begin(turn);
    bench.tellsEnds = false;
    pass(Duration.ofSeconds(119));
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    pass(Duration.ofSeconds(2));
    assertThat(bench.closed(turn).reason()).isEqualTo("upload-timeout");
  }

  @Test
  void keepRecordingIsASignOfLife() {
    bench.begin(turn);
    pass(Duration.ofSeconds(8));
    bench.pushed(turn, "SpeechRecognizer.KeepRecording");
    pass(Duration.ofSeconds(8));
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    pass(Duration.ofSeconds(8));
    assertThat(bench.closed(turn).reason()).isEqualTo("idle-timeout");
  }

  @Test
  void aRefusalIsClosedWithItsStatusAfterItsException() {
    bench.begin(turn);
    bench.apply(
        new Input.ResponseEnded(
            turn,
            FlowBench.ATTEMPT,
            400,
            Optional.of(FlowBench.directive("System.Exception", Optional.of("dialog-1"))),
            0));
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.REFUSED);
    assertThat(bench.closed(turn).reason()).isEqualTo("cic-400");
    assertThat(bench.ledger).anyMatch(LedgerRecord.DirectiveReceived.class::isInstance);
    assertThat(bench.ledger.getLast()).isInstanceOf(LedgerRecord.TurnClosed.class);
    assertThat(bench.effects(Effect.Abort.class)).hasSize(1);
  }

  @Test
  void aResponseThatEndsBeforeTheUploadLetsTheUploadGoOn() {
    bench.begin(turn);
    bench.answered(turn, "Clova.RenderText");
    bench.responseEnded(turn, 200);
    bench.audio(turn, 1);
    bench.end(turn, 2);
    bench.uploaded(turn);
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.OK);
    assertThat(bench.effects(Effect.Send.class)).hasSize(1);
  }

  @Test
  void nothingBeforeTheUploadEndsAndWithoutStopCaptureIsNoAnswer() {
    bench.begin(turn);
    bench.responseEnded(turn, 204);
    assertThat(bench.closed(turn).reason()).isEqualTo("answered-early");
  }

  @Test
  void whatAnEarlierAttemptSaysIsVoid() {
    bench.begin(turn);
    bench.apply(new Input.ResponseEnded(turn, new Attempt(6, 1), 500, Optional.empty(), 0));
    bench.apply(new Input.Broken(turn, new Attempt(7, 2), Known.CONNECTION_LOST, "x", true));
    assertThat(bench.flow.openTurns()).isEqualTo(1);
  }

  @Test
  void anExpiredBeginIsRefusedUnlessItWasBegunBefore() {
    bench.now += Duration.ofMinutes(10).toMillis();
    long age = Duration.ofMinutes(5).toMillis();
    bench.apply(
        new Input.Speech(
            bench.offset++,
            bench.now - age,
            age,
            new SpeechRecord.Begin(turn, "s1", FlowBench.metadata(turn))));
    assertThat(bench.closed(turn).reason()).isEqualTo("expired");
  }

  @Test
  void aTurnForWhichThereIsNoRoomIsRefusedAndTheDeviceIsToldWhy() {
    bench.begin(turn);
    bench.refusal = Optional.of(new Refusal(Known.OVERLOADED, "too much"));
    TurnId other = FlowBench.turn("hall", "dialog-2");
    bench.begin(other);
    bench.audio(turn, 1);
    assertThat(bench.closed(other).status()).isEqualTo(TurnStatus.REFUSED);
    assertThat(bench.closed(other).reason()).isEqualTo("overloaded");
    assertThat(bench.effects(Effect.Send.class)).as("admitted records flow").hasSize(1);
  }

  @Test
  void aTurnThatWasBegunBeforeIsAlwaysAdmitted() {
    LedgerView view = new LedgerView(50);
    view.apply(new LedgerRecord.Owner(new Attempt(1, 0), "d"), new OwnerClaims.Seen(50, 0, 0));
    view.apply(
        new LedgerRecord.TurnBegun(turn, new Attempt(1, 1), "SpeechRecognizer.Recognize", 100),
        new OwnerClaims.Seen(50, 0, 0));
    FlowBench taken = new FlowBench(view);
    taken.refusal = Optional.of(new Refusal(Known.OVERLOADED, "too much"));
    taken.begin(turn);
    assertThat(taken.effects(Effect.Request.class)).hasSize(1);
  }

  @Test
  void aTurnWithMoreAudioThanAnyUtteranceIsRefused() {
    bench.begin(turn);
    int seq = 1;
    while (bench.flow.openTurns() > 0) {
      bench.audio(turn, seq++);
    }
    assertThat(bench.closed(turn).reason()).isEqualTo("too-long");
    assertThat(6_400L * (seq - 2)).isLessThanOrEqualTo(FlowLimits.DEFAULT.turnBytes());
  }

  @Test
  void aResponseWithoutEndIsEnded() {
    bench.begin(turn);
    for (int i = 0; i <= FlowLimits.DEFAULT.directives(); i++) {
      bench.answered(turn, "Clova.RenderText");
    }
    assertThat(bench.closed(turn).reason()).isEqualTo("too-many-directives");
  }

  private void pass(Duration time) {
    bench.now += time.toMillis();
    bench.apply(new Input.Tick());
  }
}
