package dev.parley.bench;

import java.util.Optional;

/**
 * Under what a figure came about, where that decides what it is worth.
 *
 * @param failure what did not come back, or was not measured
 * @param smaller what was measured instead of what is to be
 * @param delay for a figure of CPU: what its chunks waited
 */
record Conditions(Optional<String> failure, Optional<String> smaller, Optional<Delay> delay) {
  static final Conditions NONE =
      new Conditions(Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * The p99 of the delay on both sides, in ms, medians of windows.
   *
   * @param ratio the median of the windows' ratios
   */
  record Delay(double ours, double other, double ratio) {
    boolean isWorse() {
      return !(ratio <= 1);
    }
  }
}
