package dev.parley.dispatcher.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.turnlog.OwnerClaims;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the ledger decides for the turns that a new owner meets. */
final class TakeOverRulesTest {
  private final TurnId turn = FlowBench.turn("kitchen", "dialog-1");
  private final LedgerView view = new LedgerView(50);

  private long offset = 50;

  /** The next record is read as soon as it is appended. */
  private OwnerClaims.Seen seen() {
    return new OwnerClaims.Seen(offset++, 1_000_000, 1_000_000);
  }

  private static Attempt by(long owner) {
    return new Attempt(owner, 1);
  }

  private void claimed(long owner) {
    view.apply(new LedgerRecord.Owner(new Attempt(owner, 0), "dispatcher-" + owner), seen());
  }

  private void begun(long owner) {
    view.apply(
        new LedgerRecord.TurnBegun(turn, by(owner), "SpeechRecognizer.Recognize", 100), seen());
  }

  private void answered(long owner) {
    view.apply(
        new LedgerRecord.DirectiveReceived(
            turn.device(), Optional.of(turn), by(owner), Channel.RESPONSE, new byte[0]),
        seen());
  }

  private void closed(long owner) {
    view.apply(
        new LedgerRecord.TurnClosed(
            turn, by(owner), TurnStatus.OK, "answered", "", Map.of(), Map.of()),
        seen());
  }

  @Test
  void aTurnThatIsClosedIsSkipped() {
    claimed(1);
    begun(1);
    closed(1);
    FlowBench bench = new FlowBench(view);
    bench.begin(turn);
    assertThat(bench.ledger).isEmpty();
    assertThat(bench.effects(Effect.Request.class)).isEmpty();
    assertThat(bench.flow.commitPosition()).isEqualTo(bench.offset);
  }

  @Test
  void aTurnWhoseAnswerHadBegunIsClosedAndNotAskedAgain() {
    claimed(1);
    begun(1);
    answered(1);
    FlowBench bench = new FlowBench(view);
    bench.begin(turn);
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.INTERRUPTED);
    assertThat(bench.effects(Effect.Request.class)).isEmpty();
  }

  @Test
  void anyOtherTurnBeginsAgainAsANewAttempt() {
    claimed(1);
    begun(1);
    FlowBench bench = new FlowBench(view);
    bench.begin(turn);
    assertThat(bench.effects(Effect.Request.class))
        .extracting(Effect.Request::attempt)
        .containsExactly(FlowBench.ATTEMPT);
  }

  private static final TurnId LATER = FlowBench.turn("hall", "dialog-2");

  @Test
  void aTurnWhoseSpeechIsGoneIsClosed() {
    claimed(1);
    begun(1);
    FlowBench bench = new FlowBench(view);
    bench.acknowledges = false;
    bench.offset = 120;
    bench.begin(LATER);
    assertThat(bench.closed(turn).reason()).isEqualTo("speech-gone");
    assertThat(bench.flow.ledgerPosition())
        .as("if the close is lost the next owner must hear of the turn too")
        .isEqualTo(view.from());
    bench.acknowledge();
    bench.end(LATER, 1);
    assertThat(bench.closed(turn).reason()).isEqualTo("speech-gone");
    assertThat(bench.flow.openTurns()).isEqualTo(1);
  }

  @Test
  void aTurnWhoseSpeechIsGoneAfterItsAnswerBeganIsInterrupted() {
    claimed(1);
    begun(1);
    answered(1);
    FlowBench bench = new FlowBench(view);
    bench.offset = 120;
    bench.begin(LATER);
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.INTERRUPTED);
  }

  @Test
  void aTurnWhoseSpeechIsGoneWhileItsFormerOwnerFinishesItIsLeftToThat() {
    claimed(1);
    begun(1);
    view.apply(new LedgerRecord.Release(new Attempt(1, 0), List.of(turn)), seen());
    claimed(FlowBench.OWNER);
    FlowBench bench = new FlowBench(view);
    bench.offset = 120;
    bench.begin(LATER);
    assertThat(bench.ledger).noneMatch(LedgerRecord.TurnClosed.class::isInstance);
    bench.apply(
        new Input.LedgerSeen(
            new LedgerRecord.TurnClosed(
                turn, by(1), TurnStatus.OK, "answered", "", Map.of(), Map.of()),
            bench.ledgerOffset++,
            0));
    assertThat(bench.flow.openTurns()).isEqualTo(1);
  }

  @Test
  void threeBeginsWithoutAnEndArePoison() {
    for (int owner = 1; owner <= 3; owner++) {
      claimed(owner);
      begun(owner);
    }
    FlowBench bench = new FlowBench(view);
    bench.begin(turn);
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.POISON);
    assertThat(bench.effects(Effect.SetAside.class)).hasSize(1);
  }

  @Test
  void ownersThatLeftInAnOrderlyMannerMakeNoPoison() {
    for (int owner = 1; owner <= 5; owner++) {
      claimed(owner);
      begun(owner);
      view.apply(new LedgerRecord.Release(new Attempt(owner, 0), List.of()), seen());
    }
    FlowBench bench = new FlowBench(view);
    bench.refusal = Optional.of(new Refusal(Known.OVERLOADED, "too much"));
    bench.begin(turn);
    assertThat(bench.effects(Effect.Request.class)).hasSize(1);
  }

  private void releasedNaming(long owner) {
    view.apply(new LedgerRecord.Release(new Attempt(owner, 0), List.of(turn)), seen());
  }

  @Test
  void aLeaverSpeaksForTheDevicesOfItsTurnsUntilTheyAreOver() {
    claimed(1);
    begun(1);
    FlowBench bench = new FlowBench(view);
    assertThat(bench.flow.devicesOfLeavers()).as("nobody has left").isEmpty();

    LedgerView released = new LedgerView(50);
    released.apply(new LedgerRecord.Owner(new Attempt(1, 0), "one"), seen());
    released.apply(
        new LedgerRecord.TurnBegun(turn, by(1), "SpeechRecognizer.Recognize", 100), seen());
    released.apply(new LedgerRecord.Release(new Attempt(1, 0), List.of(turn)), seen());
    bench = new FlowBench(released);
    assertThat(bench.flow.devicesOfLeavers()).containsExactly("kitchen");
    bench.seen(
        new LedgerRecord.TurnClosed(
            turn, by(1), TurnStatus.OK, "answered", "", Map.of(), Map.of()));
    assertThat(bench.flow.devicesOfLeavers()).isEmpty();
  }

  @Test
  void aLeaverThatCanNotFinishATurnDoesNotSpeakForItsDevice() {
    claimed(1);
    begun(1);
    releasedNaming(1);
    FlowBench bench = new FlowBench(view);
    assertThat(bench.flow.devicesOfLeavers()).containsExactly("kitchen");
    bench.seen(new LedgerRecord.TurnLeft(turn, by(1)));
    assertThat(bench.flow.devicesOfLeavers()).isEmpty();
  }

  @Test
  void whenItWasClaimedIsByTheBrokersClock() {
    view.apply(
        new LedgerRecord.Owner(new Attempt(1, 0), "one"), new OwnerClaims.Seen(50, 77, 1_000));
    assertThat(view.claimedMillis()).isEqualTo(77);
  }

  @Test
  void anOwnerThatWasLostOverATurnThatItHadNamedCounts() {
    for (int owner = 1; owner <= 3; owner++) {
      claimed(owner);
      begun(owner);
      releasedNaming(owner);
    }
    assertThat(view.ownersLost(turn)).isEqualTo(3);
  }

  @Test
  void anOwnerThatLeavesWhatItHadNamedIsForgiven() {
    for (int owner = 1; owner <= 3; owner++) {
      claimed(owner);
      begun(owner);
      releasedNaming(owner);
      view.apply(new LedgerRecord.TurnLeft(turn, by(owner)), seen());
    }
    assertThat(view.ownersLost(turn)).isZero();
  }

  @Test
  void oneOwnerThatTriedOftenIsNoPoison() {
    claimed(1);
    for (int number = 1; number <= 5; number++) {
      view.apply(
          new LedgerRecord.TurnBegun(
              turn, new Attempt(1, number), "SpeechRecognizer.Recognize", 100),
          seen());
    }
    FlowBench bench = new FlowBench(view);
    bench.begin(turn);
    assertThat(bench.effects(Effect.Request.class)).hasSize(1);
  }

  @Test
  void whatAZombieWroteAfterTheNextClaimDoesNotCount() {
    claimed(1);
    begun(1);
    claimed(2);
    closed(1);
    answered(1);
    FlowBench bench = new FlowBench(view);
    bench.begin(turn);
    assertThat(bench.effects(Effect.Request.class)).hasSize(1);
  }

  @Test
  void whatAReleasedTurnFinishedAfterTheNextClaimCounts() {
    claimed(1);
    begun(1);
    view.apply(new LedgerRecord.Release(new Attempt(1, 0), List.of(turn)), seen());
    claimed(2);
    closed(1);
    FlowBench bench = new FlowBench(view);
    bench.begin(turn);
    assertThat(bench.effects(Effect.Request.class)).isEmpty();
  }

  @Test
  void theLedgerIsReadFromWhereItWasUntilAllFormerTurnsArePassed() {
    claimed(1);
    begun(1);
    FlowBench bench = new FlowBench(view, 101);
    assertThat(bench.flow.ledgerPosition()).isEqualTo(50);
    bench.begin(turn);
    assertThat(bench.flow.ledgerPosition()).isEqualTo(50);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.responseEnded(turn, 200);
    lateEnough(bench);
    assertThat(bench.flow.ledgerPosition()).isEqualTo(bench.ledgerOffset);
  }

  private static void lateEnough(FlowBench bench) {
    bench.now += 30_000;
    bench.apply(new Input.Tick());
  }

  /**
   * A device whose begin was taken but not acknowledged says it again, perhaps to the next owner.
   */
  @Test
  void theNextOwnerReadsForAWhileOfTurnsThatWereSettled() {
    FlowBench bench = new FlowBench(view);
    bench.begin(turn);
    long from = bench.flow.ledgerPosition();
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.responseEnded(turn, 200);
    assertThat(bench.flow.commitPosition()).isEqualTo(bench.offset);
    assertThat(bench.flow.ledgerPosition()).isEqualTo(from);
    lateEnough(bench);
    assertThat(bench.flow.ledgerPosition()).isEqualTo(bench.ledgerOffset);
  }

  @Test
  void anOpenTurnKeepsTheLedgerFromItsOwnBeginOn() {
    FlowBench bench = new FlowBench(view);
    bench.begin(turn);
    long from = bench.flow.ledgerPosition();
    TurnId later = FlowBench.turn("hall", "dialog-2");
    bench.begin(later);
    bench.end(later, 1);
    bench.uploaded(later);
    bench.responseEnded(later, 200);
    assertThat(bench.flow.ledgerPosition()).isEqualTo(from);
    assertThat(from).isLessThanOrEqualTo(60);
  }

  @Test
  void whoReadsTheLedgerFromPastTheClaimStillKnowsItsNumber() {
    FlowBench bench = new FlowBench(new LedgerView(50, 6));
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.responseEnded(turn, 200);
    lateEnough(bench);
    assertThat(bench.flow.ledgerPosition()).isGreaterThan(50);
    assertThat(new LedgerView(bench.flow.ledgerPosition(), bench.flow.ledgerOwner()).owner())
        .isEqualTo(FlowBench.OWNER);
  }
}
