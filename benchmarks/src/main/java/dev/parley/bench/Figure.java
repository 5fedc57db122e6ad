package dev.parley.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One line of the results.
 *
 * @param what was measured, with the numbers it was measured at
 * @param ours each window's value on Parley's side
 * @param against what the other side is; empty where there is none and the goal is absolute
 * @param other each window's value on the other side, measured right after ours
 */
record Figure(
    Row row,
    String what,
    String unit,
    List<Double> ours,
    Optional<String> against,
    List<Double> other,
    Optional<Goal> goal) {

  /**
   * What is to be reached.
   *
   * @param limit of the ratio, or of the value where there is no other side
   * @param atMost whether it may not be more, else not less
   */
  record Goal(double limit, boolean atMost) {
    static Optional<Goal> atMost(double limit) {
      return Optional.of(new Goal(limit, true));
    }

    static Optional<Goal> atLeast(double limit) {
      return Optional.of(new Goal(limit, false));
    }

    @Override
    public String toString() {
      return (atMost ? "<= " : ">= ") + number(limit);
    }
  }

  /** Copies the lists. */
  Figure {
    ours = List.copyOf(ours);
    other = List.copyOf(other);
  }

  /** The median of ours. */
  double our() {
    return Statistics.median(ours);
  }

  /** The median of the other side's. */
  double theirs() {
    return Statistics.median(other);
  }

  /** The median of the windows' ratios; empty where there is no other side. */
  Optional<Double> ratio() {
    return against.isEmpty()
        ? Optional.empty()
        : Optional.of(Statistics.median(Statistics.ratios(ours, other)));
  }

  /** Whether the goal is reached; empty where there is none. */
  Optional<Boolean> isMet() {
    double value = ratio().orElse(our());
    return goal.map(g -> g.atMost() ? value <= g.limit() : value >= g.limit());
  }

  /** With as many digits as say something. */
  static String number(double value) {
    String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
