package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class IntervalTest {
  private static List<Double> upTo(int n) {
    return IntStream.rangeClosed(1, n).mapToObj(i -> (double) i).toList().reversed();
  }

  @Test
  void fiveMeasurementsHoldTheMedianBetweenTheLeastAndTheMost() {
    assertThat(Interval.ofMedian(upTo(5))).isEqualTo(new Interval(1, 5, 0.9375));
  }

  @Test
  void ofMoreTheOutermostAreLeftOutAsSoonAsNinetyPercentRemain() {
    // 1 - 2 (1 + 8) / 256
    assertThat(Interval.ofMedian(upTo(8))).isEqualTo(new Interval(2, 7, 1 - 18.0 / 256));
    assertThat(Interval.ofMedian(upTo(7)).low()).isEqualTo(1);
  }

  @Test
  void fewSayHowLittleTheyAreSureOf() {
    assertThat(Interval.ofMedian(upTo(3)).confidence()).isEqualTo(0.75);
    assertThat(Interval.ofMedian(upTo(1)).confidence()).isZero();
  }

  @RepeatedTest(3)
  void holdsTheMedianAsOftenAsItSays() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int n : new int[] {3, 5, 9, 14}) {
      double confidence = 0;
      int held = 0;
      for (int i = 0; i < 20_000; i++) {
        Interval interval = Interval.ofMedian(random.doubles(n).map(x -> x * x).boxed().toList());
        confidence = interval.confidence();
        held += interval.low() <= 0.25 && interval.high() >= 0.25 ? 1 : 0;
      }
      assertThat(held / 20_000.0)
          .as("of %d, seed %d", n, seed)
          .isCloseTo(confidence, within(0.015));
    }
  }
}
