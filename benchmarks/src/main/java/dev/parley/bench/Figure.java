package dev.parley.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

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
    Transport transport,
    String what,
    String unit,
    List<Double> ours,
    Optional<String> against,
    List<Double> other,
    Rule rule,
    Conditions conditions) {

  /** Copies the lists. */
  Figure {
    ours = List.copyOf(ours);
    other = List.copyOf(other);
  }

  /** The row, and that it is the form with TLS. */
  String label() {
    return transport == Transport.TLS ? row + " TLS" : row.toString();
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
    return against.isEmpty() ? Optional.empty() : Optional.of(Statistics.median(ratios()));
  }

  /** Where the ratio lies; empty where there is no other side, or no window. */
  Optional<Interval> interval() {
    return against.isEmpty() || ratios().isEmpty()
        ? Optional.empty()
        : Optional.of(Interval.ofMedian(ratios()));
  }

  private List<Double> ratios() {
    return Statistics.ratios(ours, other);
  }

  /** How it stands. What was not measured as it should be is never reached. */
  Verdict verdict() {
    if (conditions.failure().isPresent() || isEmpty()) {
      return Verdict.FAILED;
    }
    if (conditions.smaller().isPresent() && !(rule instanceof Rule.Shown)) {
      return Verdict.NOT_COMPARABLE;
    }
    return switch (rule) {
      case Rule.Goal goal when !goal.isReached(ratio().orElse(our())) -> Verdict.MISSED;
      case Rule.Goal _ ->
          conditions.delay().filter(Conditions.Delay::isWorse).isPresent()
              ? Verdict.BOUGHT_WITH_DELAY
              : Verdict.REACHED;
      case Rule.NoWorse noWorse ->
          interval().filter(noWorse::isWorse).isPresent() ? Verdict.WORSE : Verdict.NO_WORSE;
      case Rule.Shown _ -> Verdict.SHOWN;
    };
  }

  /** No value, or one that is none: no chunk came, or nothing to divide by. */
  private boolean isEmpty() {
    Stream<Double> all =
        against.isEmpty() ? ours.stream() : Stream.concat(ours.stream(), ratios().stream());
    return ours.isEmpty()
        || (against.isPresent() && other.size() != ours.size())
        || all.anyMatch(value -> Double.isNaN(value))
        || (against.isPresent() && other.stream().anyMatch(value -> !(value > 0)));
  }

  /** The number with its unit, where there is a number. */
  String withUnit(double value) {
    return Double.isFinite(value) ? number(value) + " " + unit : number(value);
  }

  /** With as many digits as say something. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "nothing" : "never";
    }
    String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
