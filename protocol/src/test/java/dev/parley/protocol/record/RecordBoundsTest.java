package dev.parley.protocol.record;

import static dev.parley.protocol.record.RecordVectors.ATTEMPT;
import static dev.parley.protocol.record.RecordVectors.D;
import static dev.parley.protocol.record.RecordVectors.DIRECTIVE;
import static dev.parley.protocol.record.RecordVectors.M;
import static dev.parley.protocol.record.RecordVectors.SHA;
import static dev.parley.protocol.record.RecordVectors.TURN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Event;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What no record can hold, on the way out already. */
class RecordBoundsTest {
  @Test
  void piecesAreBounded() {
    assertThatThrownBy(() -> piece(AttachmentPiece.MAX_BYTES + 1, true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(piece(AttachmentPiece.MAX_BYTES, false).bytes()).hasSize(256 * 1024);
    assertThat(piece(0, true).bytes()).isEmpty();
    assertThatThrownBy(() -> piece(0, false)).hasMessage("only a last piece may be empty");
  }

  private static AttachmentPiece piece(int size, boolean last) {
    Optional<AttachmentPiece.End> end =
        last ? Optional.of(new AttachmentPiece.End(size, SHA, true)) : Optional.empty();
    return new AttachmentPiece(D, "dev-1", ATTEMPT, "att-1", 0, end, new byte[size]);
  }

  @Test
  void theLargestReleaseCanBeReadAgain() throws MalformedException {
    String longest = "x".repeat(64);
    TurnId turn = new TurnId(longest, longest, longest);
    List<TurnId> turns = Collections.nCopies(LedgerRecord.Release.MAX_NAMED, turn);
    LedgerRecord release = new LedgerRecord.Release(ATTEMPT, turns);
    assertThat(LedgerRecord.parse(release.toRaw(Stamp.NONE))).isEqualTo(release);
  }

  @Test
  void onlyRecordsAboutThePartitionHaveNoNumber() {
    LedgerRecord left = new LedgerRecord.TurnLeft(TURN, ATTEMPT);
    assertThatThrownBy(() -> left.toRaw(Stamp.NONE)).isInstanceOf(IllegalArgumentException.class);
    LedgerRecord renewal = new LedgerRecord.Renewal(ATTEMPT);
    assertThatThrownBy(() -> renewal.toRaw(Stamp.of(0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Stamp.of(-1)).hasMessage("seq is below 0");
  }

  @Test
  void aTurnOfAnotherDeviceIsRefused() {
    assertThatThrownBy(() ->
            new LedgerRecord.DirectiveReceived(
                "dev-2", Optional.of(TURN), ATTEMPT, Channel.RESPONSE, DIRECTIVE))
        .hasMessage("the turn is of another device");
  }

  @Test
  void aLongDetailIsCut() {
    assertThat(
            new LedgerRecord.TurnClosed(
                    TURN, ATTEMPT, TurnStatus.OK, "ok", "x".repeat(501), Map.of(), Map.of())
                .detail())
        .hasSize(500)
        .endsWith("x…");
  }

  @Test
  void aBeginBearsItsEventsIds() throws MalformedException {
    byte[] metadata = Event.speech(M, D, "ko").metadata(List.of());
    assertThat(new SpeechRecord.Begin(TURN, "src", metadata).event())
        .isEqualTo(Event.speech(M, D, "ko"));
    for (TurnId other : List.of(new TurnId("dev-1", D, "m"), new TurnId("dev-1", "d", M))) {
      assertThatThrownBy(() -> new SpeechRecord.Begin(other, "src", metadata).event())
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("is not the record's");
    }
  }

  @Test
  void metadataIsBounded() {
    assertThatThrownBy(() -> new SpeechRecord.Begin(TURN, "src", new byte[Json.MAX_BYTES + 1]))
        .hasMessageContaining("at most " + Json.MAX_BYTES);
  }
}
