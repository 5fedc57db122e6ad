package dev.parley.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.RawRecord;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LedgerOwnerTest {
  private static final TurnId TURN = new TurnId("kitchen", "dialog-1", "turn-1");

  private final HandDrivenLedger ledger = new HandDrivenLedger();

  private OffsetAndMetadata committable() {
    return ledger.owner().committable().orElseThrow();
  }

  @Test
  @DisplayName("A record that can't be read is set aside, and its neighbours go on")
  void malformed() {
    ledger.append(new RawRecord("", Map.of("v", "1"), new byte[0]));
    ledger.append(
        new LedgerRecord.DirectiveReceived(
            "kitchen", Optional.empty(), new Attempt(1, 0), Channel.DOWNCHANNEL, new byte[] {'{'}));
    ledger.append(new LedgerRecord.TurnBegun(TURN, new Attempt(1, 1), "A.B", 1));

    assertThat(ledger.deadLetters).containsExactly("malformed 100", "malformed 101");
    assertThat(committable().offset()).isEqualTo(102);
    assertThat(ledger.registry.counter("parley.router.dead.letters", "reason", "malformed").count())
        .isEqualTo(2);
  }

  @Test
  @DisplayName("With nothing open the commit is the position; it bears the highest owner")
  void commit() {
    ledger.append(new LedgerRecord.Owner(new Attempt(7, 0), "someone"));

    assertThat(committable().offset()).isEqualTo(101);
    assertThat(committable().metadata()).isEqualTo("owner=7");
  }

  @Test
  @DisplayName("After a restart the commit's metadata still keeps a zombie out")
  void zombieAfterRestart() {
    ledger.append(new LedgerRecord.Owner(new Attempt(7, 0), "someone"));
    ledger.revoke();
    ledger.assignAgain();
    ledger.append(new LedgerRecord.TurnBegun(TURN, new Attempt(6, 1), "A.B", 1));

    assertThat(committable().offset()).isEqualTo(102);
  }
}
