package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class PartitionStateTest {
  private static final Duration LONGEST = Duration.ofSeconds(270);

  private static PartitionState state(
      OptionalLong committable, Duration standing, Duration ownerless) {
    return new PartitionState(
        3, 100, OptionalLong.of(20), committable, standing, ownerless, Optional.empty());
  }

  private static PartitionState owned(Duration standing) {
    return state(OptionalLong.of(90), standing, Duration.ZERO);
  }

  private static PartitionState ownerless(Duration standing, Duration ownerless) {
    return state(OptionalLong.empty(), standing, ownerless);
  }

  @Test
  void aCommitMayStandForAsLongAsOnePieceOfWorkMayTake() {
    assertThat(owned(LONGEST).trouble(LONGEST)).isEmpty();
    assertThat(owned(LONGEST.plusMillis(1)).trouble(LONGEST))
        .hasValueSatisfying(
            reason -> assertThat(reason).contains("partition 3", "not moved", "there is work"));
  }

  @Test
  void aPartitionThatIsNotTakenOverIsSaidToBeSoAfterAWhile() {
    assertThat(ownerless(Duration.ofSeconds(99), Duration.ofSeconds(30)).trouble(LONGEST))
        .isEmpty();
    assertThat(ownerless(Duration.ofSeconds(31), Duration.ofSeconds(31)).trouble(LONGEST))
        .hasValueSatisfying(reason -> assertThat(reason).contains("partition 3", "taken over"));
  }

  @Test
  void aCommitThatStandsIsSaidToDoSoBetweenOwnersToo() {
    assertThat(ownerless(LONGEST.plusMillis(1), Duration.ofSeconds(1)).trouble(LONGEST))
        .hasValueSatisfying(reason -> assertThat(reason).contains("partition 3", "not moved"));
  }

  @Test
  void whatIsUncommittedIsWhatIsReadAndOpenAndWhatIsUnread() {
    assertThat(owned(Duration.ZERO).uncommitted()).hasValue(30);
    assertThat(ownerless(Duration.ZERO, Duration.ZERO).uncommitted()).isEmpty();
  }
}
