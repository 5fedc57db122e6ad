package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
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
  void whatNeverCameIsTheMost() {
    List<Double> values = List.of(1.0, Double.POSITIVE_INFINITY, 2.0);
    assertThat(Statistics.percentile(values, 50)).isEqualTo(2.0);
    assertThat(Statistics.percentile(values, 0)).isEqualTo(1.0);
    assertThat(Statistics.percentile(values, 51)).isInfinite();
    assertThat(Statistics.percentile(values, 100)).isInfinite();
  }
}
