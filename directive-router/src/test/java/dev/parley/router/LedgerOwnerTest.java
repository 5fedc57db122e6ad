package dev.parley.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.RawRecord;
import dev.parley.turnlog.DevicePartition;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LedgerOwnerTest {
  private static final int PARTITIONS = 12;

  private final HandDrivenLedger ledger = new HandDrivenLedger(PARTITIONS);

  /** A device that lives in the first partition, or in another. */
  private static String device(boolean here) {
    return IntStream.range(0, 1_000)
        .mapToObj(n -> "device-" + n)
        .filter(name -> (DevicePartition.of(name, PARTITIONS) == 0) == here)
        .findFirst()
        .orElseThrow();
  }

  private void begin(String device) {
    ledger.append(
        new LedgerRecord.TurnBegun(
            new TurnId(device, "dialog-" + device, "message-" + device),
            new Attempt(1, 1),
            "SpeechRecognizer.Recognize",
            5));
  }

  @Test
  void aRecordOfADeviceThatLivesElsewhereIsSetAside() {
    begin(device(false));
    begin(device(true));
    assertThat(ledger.deadLetters).containsExactly("misrouted 100");
  }

  @Test
  void aRecordThatCannotBeReadIsSetAsideAndTheNextIsTaken() {
    ledger.append(new RawRecord("", Map.of("v", "99"), new byte[] {1}));
    begin(device(true));
    assertThat(ledger.deadLetters).containsExactly("malformed 100");
    assertThat(ledger.owner().committable().orElseThrow().offset()).isEqualTo(101);
  }

  @Test
  void whatAnOwnerHasFailedOnIsSetAside() {
    ledger.unfit();
    assertThat(ledger.deadLetters).containsExactly("internal 100");
  }
}
