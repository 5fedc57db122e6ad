package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.bench.Figure.Goal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  private static Figure figure(List<Double> ours, List<Double> other, Optional<Goal> goal) {
    Optional<String> against = other.isEmpty() ? Optional.empty() : Optional.of("other");
    return new Figure(Row.P1, "something", "us", ours, against, other, goal);
  }

  @Test
  void medianOfAnOddNumberIsTheMiddleOneInAnyOrder() {
    assertThat(Statistics.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2.0);
  }

  @Test
  void medianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertThat(Statistics.median(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(3.0);
  }

  @Test
  void percentilesReachFromTheLeastToTheMost() {
    List<Double> values = List.of(5.0, 1.0, 3.0);
    assertThat(Statistics.percentile(values, 0)).isEqualTo(1.0);
    assertThat(Statistics.percentile(values, 100)).isEqualTo(5.0);
    assertThat(Statistics.percentile(values, 75)).isEqualTo(4.0);
  }

  @Test
  void nothingHasNoMedian() {
    assertThat(Statistics.median(List.of())).isNaN();
  }

  @Test
  void theRatioIsTheMedianOfTheWindowsRatiosNotTheRatioOfTheMedians() {
    // The machine got slower for both: window by window we are twice the other side.
    Figure figure = figure(List.of(2.0, 4.0, 20.0), List.of(1.0, 2.0, 10.0), Goal.atMost(1.5));
    assertThat(figure.ratio()).contains(2.0);
    assertThat(figure.our()).isEqualTo(4.0);
    assertThat(figure.theirs()).isEqualTo(2.0);
    assertThat(figure.isMet()).contains(false);
  }

  @Test
  void aGoalWithoutAnotherSideIsAbsolute() {
    assertThat(figure(List.of(7.0), List.of(), Goal.atMost(7.5)).isMet()).contains(true);
    assertThat(figure(List.of(8.0), List.of(), Goal.atMost(7.5)).isMet()).contains(false);
    assertThat(figure(List.of(8.0), List.of(), Optional.empty()).isMet()).isEmpty();
  }

  @Test
  void aGoalMayBeALeast() {
    assertThat(figure(List.of(95.0), List.of(100.0), Goal.atLeast(0.9)).isMet()).contains(true);
    assertThat(figure(List.of(85.0), List.of(100.0), Goal.atLeast(0.9)).isMet()).contains(false);
  }
}
