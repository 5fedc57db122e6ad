package dev.parley.dispatcher.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import org.junit.jupiter.api.Test;

final class DeadlinesTest {
  private final Deadlines deadlines = new Deadlines();
  private final Turn one = turn(1);
  private final Turn two = turn(2);

  private static Turn turn(int n) {
    return new Turn(
        FlowBench.turn("kitchen", "dialog-" + n), new Attempt(1, 1), "s1", n, n, 1_000, 0, 1_000);
  }

  @Test
  void turnsAreLookedAtInTheOrderOfTheirTimesAndNotBefore() {
    deadlines.lookAt(one, 2_000);
    deadlines.lookAt(two, 1_500);
    assertThat(deadlines.next(1_499)).isEmpty();
    assertThat(deadlines.next(1_500)).containsSame(two);
    assertThat(deadlines.next(1_999)).isEmpty();
    assertThat(deadlines.next(5_000)).containsSame(one);
    assertThat(deadlines.next(5_000)).isEmpty();
  }

  @Test
  void theEarliestTimeCountsAndCountsOnce() {
    deadlines.lookAt(one, 2_000);
    deadlines.lookAt(one, 3_000);
    deadlines.lookAt(one, 1_500);
    deadlines.lookAt(one, 1_500);
    assertThat(deadlines.next(1_500)).containsSame(one);
    assertThat(deadlines.next(9_000)).isEmpty();
  }

  @Test
  void whoWasLookedAtMayBeLookedAtAgain() {
    deadlines.lookAt(one, 1_500);
    assertThat(deadlines.next(1_500)).containsSame(one);
    deadlines.lookAt(one, 2_000);
    assertThat(deadlines.next(2_000)).containsSame(one);
  }
}
