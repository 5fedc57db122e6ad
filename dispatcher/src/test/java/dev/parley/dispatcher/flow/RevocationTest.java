package dev.parley.dispatcher.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.TurnStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a partition's turns come to when it is taken away, or lost. */
final class RevocationTest {
  private final FlowBench bench = new FlowBench();
  private final TurnId turn = FlowBench.turn("kitchen", "dialog-1");
  private final TurnId other = FlowBench.turn("hall", "dialog-2");

  private List<TurnId> released() {
    return bench.ledger.stream()
        .filter(LedgerRecord.Release.class::isInstance)
        .flatMap(record -> ((LedgerRecord.Release) record).named().stream())
        .toList();
  }

  private void pass(long millis) {
    bench.now += millis;
    bench.apply(new Input.Tick());
  }

  @Test
  void whatIsStillSpokenIsLeftAndWhatCicHasAllOfIsFinished() {
    long first = bench.begin(turn);
    bench.audio(turn, 1);
    bench.begin(other);
    bench.end(other, 1);
    bench.uploaded(other);
    bench.apply(new Input.Revoked(false));
    assertThat(released()).containsExactly(other);
    assertThat(bench.effects(Effect.Leave.class)).containsExactly(new Effect.Leave(turn));
    assertThat(bench.flow.commitPosition()).isEqualTo(first);

    bench.answered(other, "Clova.RenderText");
    bench.responseEnded(other, 200);
    assertThat(bench.closed(other).status()).isEqualTo(TurnStatus.OK);
    assertThat(bench.flow.openTurns()).isZero();
  }

  @Test
  void theCommitAtARevocationDoesNotPassWhatIsBeingFinished() {
    long first = bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    long ledgerFrom = bench.flow.ledgerPosition();
    bench.apply(new Input.Revoked(false));
    assertThat(bench.flow.commitPosition()).isEqualTo(first);
    assertThat(bench.flow.ledgerPosition()).isEqualTo(ledgerFrom);
  }

  @Test
  void aTurnThatIsAnsweredWhileItIsSpokenIsReadOnFromKafka() {
    bench.begin(turn);
    bench.audio(turn, 1);
    bench.answered(turn, "Clova.RenderText");
    bench.apply(new Input.Revoked(false));
    assertThat(released()).containsExactly(turn);
    long from = bench.offset;
    pass(100);
    assertThat(bench.effects(Effect.Replay.class))
        .containsExactly(new Effect.Replay(turn, FlowBench.ATTEMPT, from, Effect.SPEECH_END));
    replayed(new SpeechRecord.Audio(turn, "s1", 2, new byte[6_400]));
    bench.apply(new Input.ReplayedTo(turn, FlowBench.ATTEMPT, from + 1));
    pass(100);
    assertThat(bench.effects(Effect.Replay.class)).hasSize(2);
    replayed(new SpeechRecord.End(turn, "s1", 3));
    bench.apply(new Input.ReplayedTo(turn, FlowBench.ATTEMPT, from + 2));
    bench.uploaded(turn);
    bench.responseEnded(turn, 200);
    assertThat(bench.effects(Effect.Send.class)).hasSize(2);
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.OK);
    pass(1_000);
    assertThat(bench.effects(Effect.Replay.class)).hasSize(2);
  }

  private void replayed(SpeechRecord record) {
    bench.apply(new Input.Replayed(turn, FlowBench.ATTEMPT, record));
  }

  @Test
  void whatIsNotFinishedInTimeIsLeftToTheNextOwner() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.apply(new Input.Revoked(false));
    for (int passed = 0; passed < Leaving.DRAIN_MILLIS; passed += 500) {
      assertThat(bench.flow.openTurns()).isEqualTo(1);
      pass(500);
    }
    assertThat(bench.flow.openTurns()).isZero();
    assertThat(bench.effects(Effect.Leave.class)).containsExactly(new Effect.Leave(turn));
    assertThat(bench.ledger).noneMatch(LedgerRecord.TurnClosed.class::isInstance);
  }

  /** Another attempt is the next owner's, and its device must not hear this one's StopCapture. */
  @Test
  void whatCicSaysOfATurnThatWasLeftIsNotWrittenDown() {
    bench.begin(turn);
    bench.audio(turn, 1);
    bench.apply(new Input.Revoked(false));
    int written = bench.ledger.size();
    bench.pushed(turn, "SpeechRecognizer.StopCapture");
    assertThat(bench.ledger).hasSize(written);
    bench.apply(
        new Input.Pushed(turn.device(), FlowBench.directive("Clova.RenderText", Optional.empty())));
    assertThat(bench.ledger).hasSize(written + 1);
  }

  /** Also when it is not read back yet. */
  @Test
  void aTurnIsNamedAsSoonAsItsBeginStandsInTheLedger() {
    bench.acknowledges = false;
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.acknowledgeNext();
    bench.apply(new Input.Revoked(false));
    assertThat(released()).containsExactly(turn);
  }

  @Test
  void aTurnWhoseCloseIsWrittenIsNotNamedAndIsSettledWhenThatIsReadBack() {
    LedgerRecord close = closeThatStands();
    bench.apply(new Input.Revoked(false));
    assertThat(released()).isEmpty();
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    bench.readBack(close);
    assertThat(bench.effects(Effect.Forget.class)).hasSize(1);
    assertThat(bench.flow.openTurns()).isZero();
  }

  private LedgerRecord closeThatStands() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.acknowledges = false;
    bench.responseEnded(turn, 200);
    return bench.acknowledgeNext();
  }

  /** A zombie had claimed before we wrote it: it does not count, and must not be committed over. */
  @Test
  void aTurnWhoseCloseStandsBehindAClaimIsTheOthers() {
    LedgerRecord close = closeThatStands();
    bench.apply(new Input.Revoked(false));
    assertThat(bench.flow.commitPosition()).isEqualTo(bench.offset - 2);
    bench.apply(
        new Input.LedgerSeen(
            new LedgerRecord.Owner(new Attempt(FlowBench.OWNER + 1, 0), "zombie"),
            bench.ledgerOffset - 2,
            bench.now));
    bench.readBack(close);
    assertThat(bench.effects(Effect.Leave.class)).containsExactly(new Effect.Leave(turn));
    assertThat(bench.effects(Effect.Forget.class)).isEmpty();
  }

  @Test
  void aNamedTurnIsFinishedUnderTheNextOwnerUntilThatBeginsIt() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.begin(other);
    bench.end(other, 1);
    bench.uploaded(other);
    bench.apply(new Input.Revoked(false));
    Attempt next = new Attempt(FlowBench.OWNER + 1, 0);
    bench.seen(new LedgerRecord.Owner(next, "next"));
    assertThat(bench.flow.openTurns()).isEqualTo(2);
    bench.seen(
        new LedgerRecord.TurnBegun(
            other, new Attempt(FlowBench.OWNER + 1, 1), "SpeechRecognizer.Recognize", 0));
    assertThat(bench.effects(Effect.Leave.class)).containsExactly(new Effect.Leave(other));
    bench.responseEnded(turn, 200);
    assertThat(bench.flow.openTurns()).isZero();
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.OK);
  }

  @Test
  void aTurnIsNotNamedWhileItsBeginMayBeLost() {
    bench.acknowledges = false;
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.apply(new Input.Revoked(false));
    assertThat(released()).isEmpty();
    assertThat(bench.effects(Effect.Leave.class)).containsExactly(new Effect.Leave(turn));
  }

  @Test
  void aReleaseIsRenewedForAsLongAsTurnsAreOpen() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.apply(new Input.Revoked(false));
    pass(1_999);
    assertThat(renewals()).isZero();
    pass(1);
    pass(2_000);
    assertThat(renewals()).isEqualTo(2);
    bench.answered(turn, "Clova.RenderText");
    bench.responseEnded(turn, 200);
    pass(2_000);
    assertThat(renewals()).isEqualTo(2);
  }

  private long renewals() {
    return bench.ledger.stream().filter(LedgerRecord.Renewal.class::isInstance).count();
  }

  @Test
  void whoseReleaseIsNotAcknowledgedStopsBeforeTheNextOwnerMayTakeBack() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.acknowledges = false;
    bench.apply(new Input.Revoked(false));
    pass(4_000);
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    pass(1);
    assertThat(bench.flow.openTurns()).isZero();
    assertThat(bench.effects(Effect.Leave.class)).containsExactly(new Effect.Leave(turn));
  }

  @Test
  void anAcknowledgementProvesWhatWasTrueWhenItsRenewalWasSent() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.apply(new Input.Revoked(false));
    bench.acknowledges = false;
    pass(2_000);
    pass(1_900);
    bench.acknowledge();
    pass(2_100);
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    pass(1);
    assertThat(bench.flow.openTurns()).isZero();
  }

  @Test
  void whatBreaksBeforeItIsAnsweredIsLeftToo() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.apply(new Input.Revoked(false));
    bench.apply(new Input.Broken(turn, FlowBench.ATTEMPT, Known.CONNECTION_LOST, "x", true));
    assertThat(bench.flow.openTurns()).isZero();
    assertThat(bench.ledger).noneMatch(LedgerRecord.TurnClosed.class::isInstance);
  }

  /** Its downchannel had not said Hello yet, and is not asked to any more. */
  @Test
  void whatCicHasNothingOfIsLeftWhateverTheFault() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.answered(turn, "SpeechRecognizer.KeepRecording");
    bench.begin(other);
    bench.end(other, 1);
    bench.apply(new Input.Revoked(false));
    assertThat(released()).containsExactly(turn);
    assertThat(bench.effects(Effect.Leave.class)).containsExactly(new Effect.Leave(other));
    bench.apply(new Input.Broken(turn, FlowBench.ATTEMPT, Known.STREAM_RESET, "x", true));
    assertThat(bench.closed(turn).reason()).isEqualTo("stream-reset");
  }

  @Test
  void aCloseThatIsOnItsWayStillCounts() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.acknowledges = false;
    bench.answered(turn, "Clova.RenderText");
    bench.responseEnded(turn, 200);
    bench.apply(new Input.Revoked(false));
    assertThat(released()).containsExactly(turn);
    bench.acknowledge();
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.OK);
  }

  @Test
  void othersMayWriteBetweenWhatIsFinishedAfterwards() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.apply(new Input.Revoked(false));
    bench.ledgerOffset += 5;
    bench.answered(turn, "Clova.RenderText");
    bench.responseEnded(turn, 200);
    assertThat(bench.flow.openTurns()).isZero();
  }

  @Test
  void aLostPartitionIsWrittenAboutNoMore() {
    bench.begin(turn);
    bench.audio(turn, 1);
    bench.begin(other);
    bench.end(other, 1);
    int written = bench.ledger.size();
    bench.apply(new Input.Lost());
    bench.uploaded(other);
    bench.responseEnded(other, 200);
    assertThat(bench.effects(Effect.Leave.class)).hasSize(2);
    assertThat(bench.ledger).hasSize(written);
    assertThat(bench.flow.openTurns()).isZero();
  }

  @Test
  void aWaitingTurnIsLeftAndTheReleaseSaysThatItsOwnerWasNotLost() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.apply(new Input.Broken(turn, FlowBench.ATTEMPT, Known.CONNECTION_LOST, "x", true));
    bench.apply(new Input.Revoked(false));
    assertThat(released()).isEmpty();
    assertThat(bench.ledger).last().isInstanceOf(LedgerRecord.Release.class);
    assertThat(bench.effects(Effect.Leave.class)).containsExactly(new Effect.Leave(turn));
  }

  @Test
  void whoStillListensWritesAReleaseAlsoWithoutTurnsSoThatWhatIsPushedCounts() {
    bench.apply(new Input.Revoked(true));
    assertThat(released()).isEmpty();
    assertThat(bench.ledger).last().isInstanceOf(LedgerRecord.Release.class);
    bench.apply(
        new Input.Pushed("kitchen", FlowBench.directive("Alerts.SetAlert", Optional.empty())));
    assertThat(bench.ledger).last().isInstanceOf(LedgerRecord.DirectiveReceived.class);
  }

  private void passInSteps(long millis) {
    for (long until = bench.now + millis; bench.now < until; ) {
      pass(250);
    }
  }

  @Test
  void whoStillListensRenewsItsReleaseForAsLongAsThereMayBeANextOwner() {
    bench.apply(new Input.Revoked(true));
    assertThat(bench.flow.mayListen()).isTrue();
    passInSteps(7_750);
    assertThat(bench.flow.mayListen()).isTrue();
    assertThat(renewals()).isEqualTo(3);
    passInSteps(250);
    assertThat(bench.flow.mayListen()).as("nobody has come").isFalse();
    passInSteps(10_000);
    assertThat(renewals()).isEqualTo(3);
  }

  @Test
  void whoSeesTheNextOwnersClaimListensUntilItsTimeIsUp() {
    bench.apply(new Input.Revoked(true));
    bench.seen(new LedgerRecord.Owner(new Attempt(FlowBench.OWNER + 1, 0), "next"));
    passInSteps(9_750);
    assertThat(bench.flow.mayListen()).isTrue();
    assertThat(renewals()).isEqualTo(4);
    passInSteps(250);
    assertThat(bench.flow.mayListen()).isFalse();
  }

  @Test
  void whoseReleaseIsNotAcknowledgedListensNoLongerThanItLasts() {
    bench.acknowledges = false;
    bench.apply(new Input.Revoked(true));
    pass(4_000);
    assertThat(bench.flow.mayListen()).isTrue();
    pass(1);
    assertThat(bench.flow.mayListen()).isFalse();
  }

  @Test
  void whoHasNoDownchannelDoesNotListen() {
    bench.apply(new Input.Revoked(false));
    assertThat(bench.flow.mayListen()).isFalse();
    passInSteps(4_000);
    assertThat(renewals()).isZero();
  }

  @Test
  void whoHasNothingLeftWritesNothing() {
    int written = bench.ledger.size();
    bench.apply(new Input.Revoked(false));
    assertThat(bench.ledger).hasSize(written);
  }

  @Test
  void aReleaseBearsNoTry() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.apply(new Input.Revoked(false));
    assertThat(bench.ledger)
        .filteredOn(LedgerRecord.Release.class::isInstance)
        .extracting(LedgerRecord::attempt)
        .containsExactly(new Attempt(FlowBench.OWNER, 0));
    assertThat(Optional.of(turn)).contains(released().getFirst());
  }
}
