package dev.parley.protocol.record;

import static dev.parley.protocol.record.RecordVectors.DIRECTIVE;
import static dev.parley.protocol.record.RecordVectors.TURN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Which number a record bears. */
class LedgerSequenceTest {
  private final LedgerSequence sequence = new LedgerSequence();

  private OptionalInt next(LedgerRecord record) {
    return sequence.next(record).seq();
  }

  private static LedgerRecord begun(TurnId turn, Attempt attempt) {
    return new LedgerRecord.TurnBegun(turn, attempt, "SpeechRecognizer.Recognize", 1);
  }

  private static LedgerRecord directive(String device, Optional<TurnId> turn, Attempt attempt) {
    return new LedgerRecord.DirectiveReceived(
        device, turn, attempt, Channel.DOWNCHANNEL, DIRECTIVE);
  }

  private static LedgerRecord closed(TurnId turn, Attempt attempt) {
    return new LedgerRecord.TurnClosed(
        turn, attempt, TurnStatus.OK, "answered", "", Map.of(), Map.of());
  }

  @Test
  void recordsAboutThePartitionHaveNone() {
    Attempt owner = new Attempt(1, 0);
    assertThat(next(new LedgerRecord.Owner(owner, "d"))).isEmpty();
    assertThat(next(new LedgerRecord.Release(owner, List.of(TURN)))).isEmpty();
    assertThat(next(new LedgerRecord.Renewal(owner))).isEmpty();
  }

  @Test
  void thoseOfAnAttemptCountFromNought() {
    Attempt first = new Attempt(1, 1);
    assertThat(next(begun(TURN, first))).hasValue(0);
    assertThat(next(new LedgerRecord.TurnSent(TURN, first, 0, 0, UploadEnd.END))).hasValue(1);
    assertThat(next(directive(TURN.device(), Optional.of(TURN), first))).hasValue(2);
    Attempt second = new Attempt(1, 2);
    assertThat(next(begun(TURN, second))).hasValue(0);
    assertThat(next(closed(TURN, second))).hasValue(1);
  }

  @Test
  void turnsDoNotCountOneAnother() {
    Attempt attempt = new Attempt(1, 1);
    TurnId other = new TurnId("dev-1", TURN.dialog(), "another");
    assertThat(next(begun(TURN, attempt))).hasValue(0);
    assertThat(next(begun(other, attempt))).hasValue(0);
    assertThat(next(new LedgerRecord.TurnLeft(TURN, attempt))).hasValue(1);
  }

  @Test
  void whatBelongsToNoTurnCountsByDevice() {
    Attempt owner = new Attempt(1, 0);
    assertThat(next(directive("dev-1", Optional.empty(), owner))).hasValue(0);
    assertThat(next(directive("dev-2", Optional.empty(), owner))).hasValue(0);
    assertThat(next(directive("dev-1", Optional.empty(), owner))).hasValue(1);
  }
}
