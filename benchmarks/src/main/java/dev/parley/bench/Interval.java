package dev.parley.bench;

import java.util.List;

/**
 * Where a median lies, from a few measurements and without supposing how they spread: between two
 * of them in order, by the binomial distribution of how many of them are below it.
 *
 * @param confidence how often such an interval holds the true median, from 0 to 1
 */
record Interval(double low, double high, double confidence) {
  /** As sure as five measurements can be is 0.9375; with more, outliers are left out again. */
  private static final double SURE = 0.9;

  /**
   * The narrowest of at least 0.9; from the least to the most if there are too few for that.
   *
   * @throws IllegalArgumentException when there are none
   */
  static Interval ofMedian(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("an interval of nothing");
    }
    List<Double> sorted = values.stream().sorted().toList();
    int n = sorted.size();
    int left = 0;
    while (left + 1 < n - left - 1 && confidence(n, left + 1) >= SURE) {
      left++;
    }
    return new Interval(sorted.get(left), sorted.get(n - 1 - left), confidence(n, left));
  }

  /** That of the interval which leaves out so many on each end. */
  private static double confidence(int n, int left) {
    double outside = 0;
    double ways = 1;
    for (int k = 0; k <= left; k++) {
      outside += ways;
      ways = ways * (n - k) / (k + 1);
    }
    return Math.max(0, 1 - 2 * outside / Math.pow(2, n));
  }

  /** For people. */
  String words() {
    return "%s to %s (%.0f %%)"
        .formatted(Figure.number(low), Figure.number(high), confidence * 100);
  }
}
