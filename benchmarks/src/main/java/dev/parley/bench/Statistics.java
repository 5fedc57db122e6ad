package dev.parley.bench;

import java.util.ArrayList;
import java.util.List;

/** Of windows. */
final class Statistics {
  private Statistics() {}

  /**
   * The median; NaN of nothing.
   *
   * @param values in any order
   */
  static double median(List<Double> values) {
    return percentile(values, 50);
  }

  /**
   * The percentile by linear interpolation between the two nearest values; NaN of nothing. A value
   * may be infinite.
   */
  static double percentile(List<Double> values, double percent) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    double place = percent / 100 * (sorted.size() - 1);
    double low = sorted.get((int) Math.floor(place));
    double high = sorted.get((int) Math.ceil(place));
    double share = place - Math.floor(place);
    return low == high || share == 0 ? low : low + (high - low) * share;
  }

  /** Each of {@code ours} over what was measured right after it. */
  static List<Double> ratios(List<Double> ours, List<Double> other) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Math.min(ours.size(), other.size()); i++) {
      ratios.add(ours.get(i) / other.get(i));
    }
    return ratios;
  }
}
