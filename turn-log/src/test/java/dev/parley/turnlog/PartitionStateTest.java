package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class PartitionStateTest {
  private static final Duration LONGEST = Duration.ofSeconds(270);

  private static PartitionState state(OptionalLong committable, Duration standing) {
    return new PartitionState(3, 100, OptionalLong.of(20), committable, standing, Optional.empty());
  }

  @Test
  void aCommitMayStandForAsLongAsOnePieceOfWorkMayTake() {
    assertThat(state(OptionalLong.of(90), LONGEST).trouble(LONGEST)).isEmpty();
    assertThat(state(OptionalLong.of(90), LONGEST.plusMillis(1)).trouble(LONGEST))
        .hasValueSatisfying(
            reason -> assertThat(reason).contains("partition 3", "stood at 90", "there is work"));
  }

  @Test
  void aPartitionThatIsNotTakenOverIsSaidToBeSoAfterAWhile() {
    assertThat(state(OptionalLong.empty(), Duration.ofSeconds(30)).trouble(LONGEST)).isEmpty();
    assertThat(state(OptionalLong.empty(), Duration.ofSeconds(31)).trouble(LONGEST))
        .hasValueSatisfying(reason -> assertThat(reason).contains("partition 3", "taken over"));
  }

  @Test
  void whatIsUncommittedIsWhatIsReadAndOpenAndWhatIsUnread() {
    assertThat(state(OptionalLong.of(90), Duration.ZERO).uncommitted()).hasValue(30);
    assertThat(state(OptionalLong.empty(), Duration.ZERO).uncommitted()).isEmpty();
  }
}
