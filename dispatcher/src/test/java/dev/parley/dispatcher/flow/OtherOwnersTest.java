package dev.parley.dispatcher.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.turnlog.OwnerClaims;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an owner learns of others from the ledger: of one that finishes, and of one above it. */
final class OtherOwnersTest {
  private static final Attempt FORMER = new Attempt(1, 1);

  private final TurnId turn = FlowBench.turn("kitchen", "dialog-1");
  private final LedgerView view = new LedgerView(50);

  private long offset = 50;

  private void seen(LedgerRecord record) {
    view.apply(record, new OwnerClaims.Seen(offset++, 1_000_000, 1_000_000));
  }

  private FlowBench afterARelease() {
    seen(new LedgerRecord.Owner(new Attempt(1, 0), "former"));
    seen(new LedgerRecord.TurnBegun(turn, FORMER, "SpeechRecognizer.Recognize", 100));
    seen(new LedgerRecord.Release(new Attempt(1, 0), List.of(turn)));
    return new FlowBench(view);
  }

  private LedgerRecord.TurnClosed closed(long owner) {
    return new LedgerRecord.TurnClosed(
        turn, new Attempt(owner, 1), TurnStatus.OK, "answered", "", Map.of(), Map.of());
  }

  private LedgerRecord.DirectiveReceived directive() {
    return new LedgerRecord.DirectiveReceived(
        turn.device(), Optional.of(turn), FORMER, Channel.RESPONSE, new byte[0]);
  }

  private static void pass(FlowBench bench, long millis) {
    bench.now += millis;
    bench.apply(new Input.Tick());
  }

  /** The ledger had these records when its end was asked for, and all are read. */
  private static void readToEnd(FlowBench bench, LedgerRecord... records) {
    Effect.AskLedgerEnd ask = bench.effects(Effect.AskLedgerEnd.class).getLast();
    bench.apply(new Input.LedgerEnd(bench.ledgerOffset + records.length, ask.askedMillis()));
    for (LedgerRecord record : records) {
      bench.seen(record);
    }
    bench.apply(new Input.LedgerReadTo(bench.ledgerOffset));
  }

  @Test
  void aReleasedTurnIsLeftAloneAndSettledWhenItsFormerOwnerClosesIt() {
    FlowBench bench = afterARelease();
    long first = bench.begin(turn);
    bench.audio(turn, 1);
    assertThat(bench.effects(Effect.Request.class)).isEmpty();
    assertThat(bench.flow.commitPosition()).isEqualTo(first);
    pass(bench, 250);
    readToEnd(bench, directive(), closed(1));
    assertThat(bench.flow.openTurns()).isZero();
    assertThat(bench.flow.commitPosition()).isEqualTo(bench.offset);
    assertThat(bench.ledger).isEmpty();
  }

  private LedgerRecord.TurnBegun begun(FlowBench bench) {
    return bench.ledger.stream()
        .filter(LedgerRecord.TurnBegun.class::isInstance)
        .map(LedgerRecord.TurnBegun.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whenItsTimeIsUpAReleasedTurnWithoutAnAnswerBeginsAgain() {
    FlowBench bench = afterARelease();
    long first = bench.begin(turn);
    pass(bench, OwnerClaims.RELEASE_MILLIS - 1);
    readToEnd(bench);
    assertThat(bench.ledger).isEmpty();
    pass(bench, 250);
    readToEnd(bench);
    assertThat(begun(bench).speechOffset()).isEqualTo(first);
    Effect.Replay replay = bench.effects(Effect.Replay.class).getLast();
    assertThat(replay.from()).isEqualTo(first);
    bench.apply(
        new Input.Replayed(
            turn, replay.attempt(), new SpeechRecord.Begin(turn, "s1", FlowBench.metadata(turn))));
    assertThat(bench.effects(Effect.Request.class)).hasSize(1);
    assertThat(bench.ledger).hasSize(1);
  }

  @Test
  void aRenewalMakesItsTimeLonger() {
    FlowBench bench = afterARelease();
    bench.begin(turn);
    pass(bench, 3_000);
    readToEnd(bench, new LedgerRecord.Renewal(new Attempt(1, 0)));
    pass(bench, OwnerClaims.RELEASE_MILLIS - 1);
    readToEnd(bench);
    assertThat(bench.ledger).isEmpty();
    pass(bench, 250);
    readToEnd(bench);
    assertThat(bench.ledger).hasSize(1);
  }

  @Test
  void whatItsFormerOwnerLeavesIsTakenBackAtOnce() {
    FlowBench bench = afterARelease();
    bench.begin(turn);
    pass(bench, 250);
    readToEnd(bench, new LedgerRecord.TurnLeft(turn, FORMER));
    assertThat(begun(bench).attempt().owner()).isEqualTo(FlowBench.OWNER);
  }

  /** It had appended its end before we said that we take the turn back. */
  @Test
  void nothingIsAskedOfCicWhenTheFormerOwnersEndStandsBeforeOurBegin() {
    FlowBench bench = afterARelease();
    bench.begin(turn);
    pass(bench, OwnerClaims.RELEASE_MILLIS + 1);
    bench.acknowledges = false;
    readToEnd(bench);
    bench.seen(closed(1));
    bench.readBack(bench.acknowledgeNext());
    assertThat(bench.flow.openTurns()).isZero();
    assertThat(bench.effects(Effect.Replay.class)).isEmpty();
    assertThat(bench.effects(Effect.Request.class)).isEmpty();
    assertThat(bench.flow.commitPosition()).isEqualTo(bench.offset);
  }

  @Test
  void whatIsAnsweredBeforeOurBeginIsInterrupted() {
    FlowBench bench = afterARelease();
    bench.begin(turn);
    pass(bench, OwnerClaims.RELEASE_MILLIS + 1);
    bench.acknowledges = false;
    readToEnd(bench);
    bench.seen(directive());
    bench.readBack(bench.acknowledgeNext());
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.INTERRUPTED);
    assertThat(bench.effects(Effect.Request.class)).isEmpty();
  }

  @Test
  void whenItsTimeIsUpAReleasedTurnWithHalfAnAnswerIsInterrupted() {
    FlowBench bench = afterARelease();
    bench.begin(turn);
    pass(bench, OwnerClaims.RELEASE_MILLIS + 1);
    readToEnd(bench, directive());
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.INTERRUPTED);
  }

  @Test
  void whatAFormerOwnerWritesAfterItsTurnHasBegunAgainDoesNotCount() {
    FlowBench bench = afterARelease();
    bench.begin(turn);
    pass(bench, OwnerClaims.RELEASE_MILLIS + 1);
    readToEnd(bench);
    bench.seen(closed(1));
    assertThat(bench.flow.openTurns()).isEqualTo(1);
  }

  /** What stands in the ledger is read before it is acknowledged, sometimes. */
  @Test
  void norDoesItCountWhenOurBeginIsReadAndNotAcknowledgedYet() {
    FlowBench bench = afterARelease();
    bench.begin(turn);
    pass(bench, OwnerClaims.RELEASE_MILLIS + 1);
    bench.acknowledges = false;
    readToEnd(bench);
    bench.seen(bench.unacknowledged.getFirst());
    bench.seen(closed(1));
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    assertThat(bench.effects(Effect.Replay.class)).hasSize(1);
  }

  /** It may be read up to an end that was asked for before, and there may be more behind it. */
  @Test
  void theLedgersEndCountsAsOfWhenItWasAskedFor() {
    FlowBench bench = afterARelease();
    bench.begin(turn);
    pass(bench, OwnerClaims.RELEASE_MILLIS - 1);
    Effect.AskLedgerEnd early = bench.effects(Effect.AskLedgerEnd.class).getLast();
    pass(bench, 5_000);
    Effect.AskLedgerEnd again = bench.effects(Effect.AskLedgerEnd.class).getLast();
    assertThat(again.askedMillis()).as("for want of an answer").isGreaterThan(early.askedMillis());
    bench.apply(new Input.LedgerEnd(bench.ledgerOffset, early.askedMillis()));
    assertThat(bench.ledger).isEmpty();
    bench.apply(new Input.LedgerEnd(bench.ledgerOffset + 1, again.askedMillis()));
    assertThat(bench.ledger).as("not read up to it").isEmpty();
    bench.seen(directive());
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.INTERRUPTED);
  }

  @Test
  void aReleaseThatIsStillLastingIsNotCommittedOver() {
    FlowBench bench = afterARelease();
    long release = offset - 1;
    bench.begin(turn);
    bench.begin(FlowBench.turn("hall", "dialog-2"));
    assertThat(bench.flow.ledgerPosition()).isLessThanOrEqualTo(release);
    LedgerView next = new LedgerView(bench.flow.ledgerPosition(), bench.flow.ledgerOwner());
    assertThat(next.owner()).isLessThanOrEqualTo(1);
  }

  @Test
  void bargeInAndCancelLeaveAReleasedTurnAlone() {
    FlowBench bench = afterARelease();
    bench.begin(turn);
    bench.speech(new SpeechRecord.Cancel(turn, "s1", 1));
    bench.begin(FlowBench.turn("kitchen", "dialog-2"));
    assertThat(bench.ledger).noneMatch(LedgerRecord.TurnClosed.class::isInstance);
    assertThat(bench.flow.openTurns()).isEqualTo(2);
  }

  private FlowBench answered() {
    FlowBench bench = new FlowBench(view);
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.acknowledges = false;
    bench.responseEnded(turn, 200);
    return bench;
  }

  @Test
  void whatOthersHaveWrittenBeforeOurCloseIsNoneOfItsMatter() {
    FlowBench bench = answered();
    bench.seen(closed(1));
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    bench.readBack(bench.acknowledgeNext());
    assertThat(bench.flow.openTurns()).isZero();
  }

  /** An acknowledgement says that a record stands, not that it counts. */
  @Test
  void aClaimAboveOursVoidsTheFlowAndNothingIsSettled() {
    FlowBench bench = answered();
    LedgerRecord close = bench.acknowledgeNext();
    bench.apply(
        new Input.LedgerSeen(
            new LedgerRecord.Owner(new Attempt(FlowBench.OWNER + 1, 0), "zombie"),
            bench.ledgerOffset - 2,
            1_000));
    bench.readBack(close);
    assertThat(bench.effects(Effect.StartOver.class)).hasSize(1);
    assertThat(bench.effects(Effect.Forget.class)).isEmpty();
    assertThat(bench.flow.commitPosition()).isEqualTo(bench.offset - 2);
  }
}
