package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.testing.Patience;
import dev.parley.turnlog.BrokerClock;
import dev.parley.turnlog.LogWriter;
import dev.parley.turnlog.OwnedPartition;
import dev.parley.turnlog.ParkedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartitionClaimTest {
  private final TestParts test = new TestParts();

  PartitionClaimTest() throws IOException {}

  @AfterEach
  void close() {
    test.close();
  }

  private record Assigned(TopicPartition id) implements OwnedPartition {
    Assigned(int number) {
      this(new TopicPartition("parley.speech", number));
    }

    @Override
    public OffsetAndMetadata committed() {
      return new OffsetAndMetadata(5);
    }

    @Override
    public long position() {
      return 5;
    }

    @Override
    public void post(Runnable task) {
      throw new AssertionError("nothing is posted before a claim has won");
    }

    @Override
    public void postWhenRoom(Runnable task, int bytes) {
      post(task);
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void startOver(String reason) {
      throw new AssertionError(reason);
    }
  }

  @Test
  void nobodyClaimsWithoutTheLease() {
    test.lease.set(false);
    assertThatThrownBy(() -> PartitionClaim.takeOver(new Assigned(0), test.parts))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("acknowledged no commit");
    assertThat(test.control.history()).isEmpty();
  }

  /** It may have stood still since the last one, and must not claim above the living. */
  @Test
  void eachClaimNeedsTheLease() throws Exception {
    LogWriter ledger = new LogWriter("parley.ledger", 0, test.control, new BrokerClock());
    LedgerRecord owner = new LedgerRecord.Owner(new Attempt(8, 0), "us");
    assertThat(PartitionClaim.append(ledger, owner, () -> false))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(TimeoutException.class);
    ledger.close();
    assertThat(ledger.awaitEnd(Patience.LONGEST)).isTrue();
    assertThat(test.control.history()).isEmpty();
  }

  @Test
  void aPartitionThatWasNotThereAtTheStartIsParkedWithWhatToDo() {
    assertThatThrownBy(
            () -> PartitionClaim.takeOver(new Assigned(TestParts.PARTITIONS), test.parts))
        .isInstanceOf(ParkedException.class)
        .hasMessageContaining("12 partitions")
        .hasMessageContaining("restart it");
  }
}
