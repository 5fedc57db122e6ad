package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

class DeadLetterHoldTest {
  private final DeadLetterHold hold = new DeadLetterHold();

  private static OffsetAndMetadata at(long offset) {
    return new OffsetAndMetadata(offset, "ledger=" + offset + ",owner=1");
  }

  @Test
  void withoutDeadLettersTheCommitGoesOn() {
    assertThat(hold.commit(at(7))).isEqualTo(at(7));
  }

  @Test
  void nothingIsCommittedPastARecordThatIsNotInTheDeadLettersYet() {
    hold.hold(8, at(5));
    assertThat(hold.commit(at(20))).isEqualTo(at(5));
    hold.letGo(8);
    assertThat(hold.commit(at(20))).isEqualTo(at(20));
  }

  @Test
  void withNoTurnOpenTheRecordItselfIsTheNextToBeRead() {
    hold.hold(8, new OffsetAndMetadata(9, "ledger=30,owner=2"));
    assertThat(hold.commit(at(20))).isEqualTo(new OffsetAndMetadata(8, "ledger=30,owner=2"));
  }

  @Test
  void theFirstOfSeveralCounts() {
    hold.hold(8, at(8));
    hold.hold(9, at(9));
    hold.letGo(9);
    assertThat(hold.commit(at(20))).isEqualTo(at(8));
    hold.letGo(8);
    assertThat(hold.commit(at(20))).isEqualTo(at(20));
  }
}
