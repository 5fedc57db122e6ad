package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Progress progress = new Progress(0);

  @Test
  void aCommitStandsUntilItMovesForwardOrThereIsNothingToDo() {
    progress.owned(7, 10, SECOND);
    assertThat(progress.standing(5 * SECOND)).hasSeconds(4);
    progress.owned(7, 12, 5 * SECOND);
    assertThat(progress.standing(5 * SECOND)).hasSeconds(4);
    progress.owned(8, 12, 6 * SECOND);
    assertThat(progress.standing(6 * SECOND)).isZero();
    progress.owned(12, 12, 7 * SECOND);
    progress.owned(12, 12, 9 * SECOND);
    assertThat(progress.standing(9 * SECOND)).isZero();
  }

  @Test
  void ownersThatComeAndGoBringItNoFurther() {
    for (int second = 1; second <= 60; second++) {
      if (second % 2 == 0) {
        progress.owned(7, 10, second * SECOND);
      }
      assertThat(progress.ownerless(second * SECOND)).hasSeconds(second % 2);
    }
    assertThat(progress.standing(60 * SECOND)).hasSeconds(58);
  }

  @Test
  void itIsWithoutAnOwnerFromTheBeginning() {
    assertThat(progress.ownerless(31 * SECOND)).hasSeconds(31);
    progress.owned(7, 7, 31 * SECOND);
    assertThat(progress.ownerless(31 * SECOND)).isZero();
  }
}
