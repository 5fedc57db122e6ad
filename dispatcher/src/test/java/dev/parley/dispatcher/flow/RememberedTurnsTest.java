package dev.parley.dispatcher.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.turnlog.OwnerClaims;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is known of turns that are over takes little memory, however many there were. */
class RememberedTurnsTest {
  private static final int MOST = 100;
  private static final Attempt FORMER = new Attempt(1, 1);

  private final LedgerView view = new LedgerView(0, 0, MOST);
  private long ledgerOffset;

  private static TurnId turn(int n) {
    return FlowBench.turn("device-" + n % 1_000, "dialog-" + n);
  }

  private void apply(LedgerRecord record, long appendedMillis) {
    view.apply(record, new OwnerClaims.Seen(ledgerOffset++, appendedMillis, 1_000_000));
  }

  private void begun(TurnId turn, long speechOffset, long millis) {
    apply(
        new LedgerRecord.TurnBegun(turn, FORMER, "SpeechRecognizer.Recognize", speechOffset),
        millis);
  }

  private void closed(TurnId turn, long millis) {
    apply(
        new LedgerRecord.TurnClosed(
            turn, FORMER, TurnStatus.OK, "answered", "", Map.of(), Map.of()),
        millis);
  }

  @Test
  void ofAMillionClosedTurnsInALedgerAsManyAreKnownAsThereIsRoomFor() {
    TurnId open = turn(1_000_000);
    begun(open, 0, 1_000);
    for (int n = 0; n < 1_000_000; n++) {
      begun(turn(n), n + 1, 2_000 + n);
      closed(turn(n), 2_000 + n);
    }
    assertThat(view.remembered()).isEqualTo(MOST + 1);
    assertThat(view.isClosed(turn(999_999))).isTrue();
    assertThat(view.isBegun(open)).isTrue();
    assertThat(view.forgottenTo()).isEqualTo(2_000 + 999_999 - MOST);
  }

  @Test
  void whatIsAsOldAsATurnThatWasForgottenIsNotSaidToCicAgain() {
    for (int n = 0; n <= MOST; n++) {
      closed(turn(n), 2_000 + n);
    }
    FlowBench bench = new FlowBench(view, 1_000);
    bench.apply(begin(bench.offset++, 2_000, turn(0)));
    assertThat(bench.effects(Effect.PassedOver.class))
        .containsExactly(new Effect.PassedOver(RecordReason.Passed.LONG_CLOSED));
    assertThat(bench.effects(Effect.Request.class)).isEmpty();
    bench.apply(begin(bench.offset++, 2_001, turn(2_000)));
    assertThat(bench.effects(Effect.Request.class)).hasSize(1);
  }

  @Test
  void whatNoFormerOwnerCanHaveMetIsBegunHoweverOldItIs() {
    for (int n = 0; n <= MOST; n++) {
      closed(turn(n), 2_000 + n);
    }
    FlowBench bench = new FlowBench(view, 100);
    bench.apply(begin(bench.offset++, 2_000, turn(2_000)));
    assertThat(bench.effects(Effect.Request.class)).hasSize(1);
  }

  private static Input.Speech begin(long offset, long appendedMillis, TurnId turn) {
    return new Input.Speech(
        offset, appendedMillis, 100, new SpeechRecord.Begin(turn, "s1", FlowBench.metadata(turn)));
  }

  @Test
  void onceAllThatFormerOwnersHaveMetIsReadTheirClosedTurnsAreForgotten() {
    for (int n = 0; n < MOST; n++) {
      closed(turn(n), 2_000 + n);
    }
    FlowBench bench = new FlowBench(view, 100);
    bench.apply(new Input.Tick());
    assertThat(view.remembered()).isEqualTo(MOST);
    bench.now += RecentTurns.READABLE_MILLIS + 1;
    bench.apply(new Input.Tick());
    assertThat(view.remembered()).isZero();
  }

  @Test
  void whileSomeOfItIsToBeReadTheyAreKnown() {
    closed(turn(1), 2_000);
    FlowBench bench = new FlowBench(view, 1_000);
    bench.now += RecentTurns.READABLE_MILLIS + 1;
    bench.apply(new Input.Tick());
    assertThat(view.isClosed(turn(1))).isTrue();
  }

  @Test
  void aTurnThatAFormerOwnerBeganIsForgottenWhenThisOneHasClosedIt() {
    TurnId turn = turn(1);
    begun(turn, 100, 2_000);
    FlowBench bench = new FlowBench(view, 101);
    bench.begin(turn);
    bench.speech(new SpeechRecord.Cancel(turn, "s1", 1));
    assertThat(bench.closed(turn).reason()).isEqualTo("cancelled");
    assertThat(view.remembered()).isZero();
  }

  @Test
  void whatThisOwnerHasSettledIsKnownForAsLongAsADeviceMaySpeakAndWithinBounds() {
    RecentTurns recent = new RecentTurns(FlowLimits.DEFAULT.withRemembered(MOST));
    for (int n = 0; n < 10_000; n++) {
      recent.add(settled(n), 1_000);
    }
    assertThat(recent.remembered()).isEqualTo(MOST);
    assertThat(recent.contains(turn(9_999))).isTrue();
    assertThat(recent.contains(turn(0))).isFalse();
    long end = 1_000 + FlowLimits.DEFAULT.upload().toMillis();
    assertThat(recent.ledgerFrom(end, 5)).isEqualTo(5);
    assertThat(recent.remembered()).isZero();
  }

  private static Turn settled(int n) {
    return new Turn(turn(n), FORMER, "s1", n, n, 1_000, 0, 1_000);
  }
}
