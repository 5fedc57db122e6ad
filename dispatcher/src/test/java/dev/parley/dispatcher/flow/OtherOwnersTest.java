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

  private FlowBench afterARelease() {
    view.apply(new LedgerRecord.Owner(new Attempt(1, 0), "former"), 0, 0);
    view.apply(new LedgerRecord.TurnBegun(turn, FORMER, "SpeechRecognizer.Recognize", 100), 0, 0);
    view.apply(new LedgerRecord.Release(new Attempt(1, 0), List.of(turn)), 0, 0);
    view.apply(new LedgerRecord.Owner(new Attempt(FlowBench.OWNER, 0), "us"), 0, 0);
    return new FlowBench(view);
  }

  private LedgerRecord.TurnClosed closed(long owner) {
    return new LedgerRecord.TurnClosed(
        turn, new Attempt(owner, 1), TurnStatus.OK, "answered", "", Map.of(), Map.of());
  }

  private LedgerRecord.DirectiveReceived directive() {
    return new LedgerRecord.DirectiveReceived(
        turn.device(), Optional.of(turn), FORMER, 0, Channel.RESPONSE, new byte[0]);
  }

  private static void pass(FlowBench bench, long millis) {
    bench.now += millis;
    bench.apply(new Input.Tick());
  }

  private static void readToEnd(FlowBench bench, LedgerRecord... records) {
    Effect.ReadLedger read = bench.effects(Effect.ReadLedger.class).getLast();
    assertThat(read.to()).isEqualTo(Effect.LEDGER_END);
    for (LedgerRecord record : records) {
      bench.ledgerOffset++;
      bench.apply(new Input.LedgerSeen(record, 0, 1_000));
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

  @Test
  void whenItsTimeIsUpAReleasedTurnWithoutAnAnswerBeginsAgain() {
    FlowBench bench = afterARelease();
    long first = bench.begin(turn);
    pass(bench, 250);
    readToEnd(bench);
    pass(bench, OwnerClaims.FINISHING_MILLIS);
    readToEnd(bench);
    Effect.Replay replay = bench.effects(Effect.Replay.class).getLast();
    assertThat(replay.from()).isEqualTo(first);
    bench.apply(
        new Input.Replayed(
            turn, replay.attempt(), new SpeechRecord.Begin(turn, "s1", FlowBench.metadata(turn))));
    assertThat(bench.effects(Effect.Request.class)).hasSize(1);
  }

  @Test
  void whenItsTimeIsUpAReleasedTurnWithHalfAnAnswerIsInterrupted() {
    FlowBench bench = afterARelease();
    bench.begin(turn);
    pass(bench, OwnerClaims.FINISHING_MILLIS + 1);
    readToEnd(bench, directive());
    assertThat(bench.closed(turn).status()).isEqualTo(TurnStatus.INTERRUPTED);
  }

  @Test
  void whatAFormerOwnerWritesAfterItsTimeDoesNotCount() {
    FlowBench bench = afterARelease();
    bench.begin(turn);
    pass(bench, 250);
    bench.apply(new Input.LedgerSeen(closed(1), 0, OwnerClaims.FINISHING_MILLIS + 1));
    assertThat(bench.flow.openTurns()).isEqualTo(1);
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

  @Test
  void anAcknowledgementBehindAForeignRecordCountsOnlyWhenThatHasBeenRead() {
    FlowBench bench = new FlowBench(view);
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    long foreign = bench.ledgerOffset++;
    bench.responseEnded(turn, 200);
    assertThat(bench.effects(Effect.ReadLedger.class))
        .containsExactly(new Effect.ReadLedger(foreign, foreign + 1));
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    bench.apply(new Input.LedgerSeen(closed(1), 0, 1_000));
    bench.apply(new Input.LedgerReadTo(foreign + 1));
    assertThat(bench.flow.openTurns()).isZero();
  }

  @Test
  void aClaimAboveOursVoidsTheFlowAndNothingIsSettled() {
    FlowBench bench = new FlowBench(view);
    long first = bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    long foreign = bench.ledgerOffset++;
    bench.responseEnded(turn, 200);
    bench.apply(
        new Input.LedgerSeen(
            new LedgerRecord.Owner(new Attempt(FlowBench.OWNER + 1, 0), "zombie"), 0, 1_000));
    bench.apply(new Input.LedgerReadTo(foreign + 1));
    assertThat(bench.effects(Effect.StartOver.class)).hasSize(1);
    assertThat(bench.effects(Effect.Forget.class)).isEmpty();
    assertThat(bench.flow.commitPosition()).isEqualTo(first);
  }

  @Test
  void severalForeignRecordsAreReadOneGapAfterTheOther() {
    FlowBench bench = new FlowBench(view);
    bench.acknowledges = false;
    bench.begin(turn);
    bench.end(turn, 1);
    bench.uploaded(turn);
    long one = bench.ledgerOffset;
    bench.apply(new Input.Appended(bench.unacknowledged.remove(), one + 1));
    bench.apply(new Input.Appended(bench.unacknowledged.remove(), one + 3));
    assertThat(bench.effects(Effect.ReadLedger.class)).hasSize(1);
    bench.apply(new Input.LedgerReadTo(one + 1));
    assertThat(bench.effects(Effect.ReadLedger.class))
        .containsExactly(
            new Effect.ReadLedger(one, one + 1), new Effect.ReadLedger(one + 2, one + 3));
  }
}
