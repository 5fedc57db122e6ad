package dev.parley.dispatcher.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.TurnStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Another try of the same owner: read from Kafka again, joined to the live records without a seam.
 */
final class RetryTest {
  private static final Attempt SECOND = new Attempt(FlowBench.OWNER, 2);

  private final FlowBench bench = new FlowBench();
  private final TurnId turn = FlowBench.turn("kitchen", "dialog-1");

  @Test
  void aBrokenTurnIsReadAgainFromItsBeginAndGoesOnLive() {
    long first = bench.begin(turn);
    bench.audio(turn, 1);
    breaks(FlowBench.ATTEMPT);
    Effect.Replay replay = awaitReplay();
    assertThat(replay).isEqualTo(new Effect.Replay(turn, SECOND, first, bench.offset));
    bench.effects.clear();
    replayed(begin());
    replayed(audio(1));
    bench.apply(new Input.ReplayedTo(turn, SECOND, replay.to()));
    bench.audio(turn, 2);
    bench.end(turn, 3);
    finish(SECOND);

    assertThat(bench.effects(Effect.Request.class))
        .extracting(Effect.Request::attempt)
        .containsExactly(SECOND);
    assertThat(bench.effects(Effect.Send.class)).hasSize(2);
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.OK);
    assertThat(bench.closed(turn).attempt()).isEqualTo(SECOND);
    assertThat(bench.closed(turn).counts()).containsEntry("audioChunks", 2L);
  }

  @Test
  void whatIsReadLiveDuringTheReplayIsReadAgainUntilTheSeamIsExact() {
    bench.begin(turn);
    breaks(FlowBench.ATTEMPT);
    Effect.Replay replay = awaitReplay();
    bench.effects.clear();
    replayed(begin());
    bench.audio(turn, 1);
    bench.apply(new Input.ReplayedTo(turn, SECOND, replay.to()));
    assertThat(bench.effects(Effect.Send.class)).isEmpty();
    Effect.Replay rest = bench.effects(Effect.Replay.class).getLast();
    assertThat(rest).isEqualTo(new Effect.Replay(turn, SECOND, replay.to(), bench.offset));
    replayed(audio(1));
    bench.apply(new Input.ReplayedTo(turn, SECOND, rest.to()));
    bench.audio(turn, 2);
    assertThat(bench.effects(Effect.Send.class)).hasSize(2);
  }

  @Test
  void whatIsReadWhileATryIsWaitedForIsPartOfTheReplay() {
    bench.begin(turn);
    breaks(FlowBench.ATTEMPT);
    bench.audio(turn, 1);
    bench.end(turn, 2);
    Effect.Replay replay = awaitReplay();
    assertThat(replay.to()).isEqualTo(bench.offset);
    bench.effects.clear();
    replayed(begin());
    replayed(audio(1));
    replayed(new SpeechRecord.End(turn, "s1", 2));
    bench.apply(new Input.ReplayedTo(turn, SECOND, replay.to()));
    assertThat(bench.effects(Effect.Finish.class)).hasSize(1);
  }

  @Test
  void aStopCaptureForATryThatHasFailedDoesNotCutTheNextOne() {
    bench.begin(turn);
    bench.audio(turn, 1);
    breaks(FlowBench.ATTEMPT);
    bench.pushed(turn, "SpeechRecognizer.StopCapture");
    Effect.Replay replay = awaitReplay();
    bench.effects.clear();
    replayed(begin());
    replayed(audio(1));
    bench.apply(new Input.ReplayedTo(turn, SECOND, replay.to()));
    bench.audio(turn, 2);
    assertThat(bench.effects(Effect.Send.class)).hasSize(2);
    assertThat(bench.effects(Effect.Finish.class)).as("CIC hears the turn anew").isEmpty();
  }

  @Test
  void onceADirectiveOfAResponseIsInTheLedgerThereIsNoOtherTry() {
    bench.begin(turn);
    bench.answered(turn, "Clova.RenderText");
    breaks(FlowBench.ATTEMPT);
    assertThat(bench.closed(turn).reason()).isEqualTo("connection-lost");
  }

  @Test
  void afterTheThirdTryTheTurnIsClosedWithTheReason() {
    bench.begin(turn);
    breaks(FlowBench.ATTEMPT);
    for (int number = 2; number <= 3; number++) {
      Effect.Replay replay = awaitReplay();
      Attempt attempt = new Attempt(FlowBench.OWNER, number);
      assertThat(replay.attempt()).isEqualTo(attempt);
      bench.apply(new Input.Replayed(turn, attempt, begin()));
      bench.apply(new Input.ReplayedTo(turn, attempt, replay.to()));
      breaks(attempt);
    }
    assertThat(bench.closed(turn).reason()).isEqualTo("connection-lost");
    assertThat(bench.effects(Effect.Replay.class)).hasSize(2);
  }

  @Test
  void aPassingStatusIsTriedAgainWithoutTheDeviceHearingOfIt() {
    bench.begin(turn);
    bench.apply(
        new Input.ResponseEnded(
            turn,
            FlowBench.ATTEMPT,
            503,
            Optional.of(FlowBench.directive("System.Exception", Optional.of("dialog-1"))),
            0));
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    assertThat(bench.ledger).noneMatch(LedgerRecord.DirectiveReceived.class::isInstance);
    assertThat(awaitReplay().attempt()).isEqualTo(SECOND);
  }

  @Test
  void aLastingStatusIsNot() {
    for (int status : new int[] {400, 401, 403, 501}) {
      TurnId refused = FlowBench.turn("device-" + status, "d" + status);
      bench.begin(refused);
      bench.responseEnded(refused, status);
      assertThat(bench.closed(refused).status()).isEqualTo(TurnStatus.REFUSED);
    }
  }

  @Test
  void retryAfterIsHonouredAndOneThatIsTooLongIsARefusal() {
    bench.begin(turn);
    bench.apply(new Input.ResponseEnded(turn, FlowBench.ATTEMPT, 503, Optional.empty(), 4_000));
    pass(Duration.ofMillis(3_900));
    assertThat(bench.effects(Effect.Replay.class)).isEmpty();
    pass(Duration.ofMillis(200));
    assertThat(bench.effects(Effect.Replay.class)).hasSize(1);

    TurnId other = FlowBench.turn("hall", "dialog-2");
    bench.begin(other);
    bench.apply(new Input.ResponseEnded(other, FlowBench.ATTEMPT, 503, Optional.empty(), 60_000));
    assertThat(bench.closed(other).reason()).isEqualTo("cic-503");
  }

  @Test
  void cancelAndBargeInEndATurnThatWaitsForATry() {
    bench.begin(turn);
    breaks(FlowBench.ATTEMPT);
    bench.speech(new SpeechRecord.Cancel(turn, "s1", 1));
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.CANCELLED);

    TurnId second = FlowBench.turn("kitchen", "dialog-2");
    bench.begin(second);
    bench.end(second, 1);
    breaks(second, FlowBench.ATTEMPT);
    bench.begin(FlowBench.turn("kitchen", "dialog-3"));
    assertThat(bench.closed(second).status()).isEqualTo(TurnStatus.SUPERSEDED);
  }

  @Test
  void whatTheFailedTryStillSaysIsVoid() {
    bench.begin(turn);
    breaks(FlowBench.ATTEMPT);
    bench.responseEnded(turn, 200);
    bench.uploaded(turn);
    awaitReplay();
    bench.responseEnded(turn, 500);
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    assertThat(bench.ledger).noneMatch(LedgerRecord.TurnSent.class::isInstance);
  }

  @Test
  void whenKafkaHoldsTheTurnNoLongerThatIsSaid() {
    bench.begin(turn);
    breaks(FlowBench.ATTEMPT);
    Effect.Replay replay = awaitReplay();
    bench.apply(new Input.ReplayedTo(turn, SECOND, replay.to()));
    assertThat(bench.closed(turn).reason()).isEqualTo("speech-gone");
  }

  @Test
  void stopCaptureDuringTheReplayCutsNothingThatWasPublishedBefore() {
    bench.begin(turn);
    bench.audio(turn, 1);
    breaks(FlowBench.ATTEMPT);
    Effect.Replay replay = awaitReplay();
    bench.effects.clear();
    replayed(begin());
    bench.pushed(turn, "SpeechRecognizer.StopCapture");
    bench.apply(new Input.SpeechEnd(turn, SECOND, bench.offset));
    assertThat(bench.effects(Effect.Finish.class)).isEmpty();
    replayed(audio(1));
    bench.apply(new Input.ReplayedTo(turn, SECOND, replay.to()));
    assertThat(bench.effects(Effect.Send.class)).hasSize(1);
    assertThat(bench.effects(Effect.Finish.class)).hasSize(1);
  }

  /** The ledger knows of no other try yet, and the next one has its own StopCapture. */
  @Test
  void whatIsSaidBeforeTheNextTryIsAskedBelongsToTheLastOne() {
    bench.begin(turn);
    bench.audio(turn, 1);
    breaks(FlowBench.ATTEMPT);
    Effect.Replay replay = awaitReplay();
    bench.effects.clear();
    bench.pushed(turn, "SpeechRecognizer.StopCapture");
    assertThat(bench.ledger)
        .last()
        .isInstanceOfSatisfying(
            LedgerRecord.DirectiveReceived.class,
            said -> assertThat(said.attempt()).isEqualTo(FlowBench.ATTEMPT));
    replayed(begin());
    replayed(audio(1));
    bench.apply(new Input.ReplayedTo(turn, SECOND, replay.to()));
    assertThat(bench.effects(Effect.AskSpeechEnd.class)).isEmpty();
    assertThat(bench.effects(Effect.Send.class)).hasSize(1);
    assertThat(bench.effects(Effect.Finish.class)).isEmpty();
  }

  private SpeechRecord begin() {
    return new SpeechRecord.Begin(turn, "s1", FlowBench.metadata(turn));
  }

  private SpeechRecord audio(int seq) {
    return new SpeechRecord.Audio(turn, "s1", seq, new byte[6_400]);
  }

  private void replayed(SpeechRecord record) {
    bench.apply(new Input.Replayed(turn, SECOND, record));
  }

  private void finish(Attempt attempt) {
    bench.apply(new Input.Uploaded(turn, attempt));
    bench.apply(new Input.ResponseEnded(turn, attempt, 200, Optional.empty(), 0));
  }

  private void breaks(Attempt attempt) {
    breaks(turn, attempt);
  }

  private void breaks(TurnId broken, Attempt attempt) {
    bench.apply(new Input.Broken(broken, attempt, Known.CONNECTION_LOST, "x", true));
  }

  private Effect.Replay awaitReplay() {
    int before = bench.effects(Effect.Replay.class).size();
    pass(Duration.ofSeconds(5));
    List<Effect.Replay> replays = bench.effects(Effect.Replay.class);
    assertThat(replays).hasSize(before + 1);
    return replays.getLast();
  }

  private void pass(Duration time) {
    bench.now += time.toMillis();
    bench.apply(new Input.Tick());
  }
}
