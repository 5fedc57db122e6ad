package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class FailedOwnersTest {
  private final Throwable cause = new IllegalStateException("the owner fails");

  private final FailureCounts counts = new FailureCounts();
  private final FailedOwners failed = new FailedOwners(new TopicPartition("log", 0), counts);

  @Test
  void aRecordThatAnOwnerFailedOnIsUnfitUntilTheCommitHasPassedIt() throws Exception {
    failed.add(new OwnerFailure.Threw(cause, OptionalLong.of(7)), Duration.ZERO);
    assertThat(counts.records()).isOne();
    assertThat(counts.owners()).isZero();
    assertThat(failed.isUnfit(8)).isFalse();
    assertThat(failed.isUnfit(7)).isTrue();
    failed.committable(7);
    assertThat(failed.isUnfit(7)).isTrue();
    failed.committable(8);
    assertThat(failed.isUnfit(7)).isFalse();
  }

  @Test
  void anOwnerThatGivesItselfUpHasNotFailed() throws Exception {
    for (int n = 0; n < 2 * Strikes.OWNERS; n++) {
      failed.add(new OwnerFailure.Said("another has claimed it"), Duration.ZERO);
    }
    assertThat(counts.startOvers()).isEqualTo(2 * Strikes.OWNERS);
    assertThat(counts.owners()).isZero();
  }

  @Test
  void whenOwnersKeepFailingThePartitionIsParkedWithTheLastCause() throws Exception {
    for (int n = 1; n < Strikes.OWNERS; n++) {
      failed.addUnborn(cause);
    }
    assertThatExceptionOfType(ParkedException.class)
        .isThrownBy(() -> failed.addUnborn(cause))
        .withMessageContaining("the owner fails");
    assertThat(counts.owners()).isEqualTo(Strikes.OWNERS);
  }
}
