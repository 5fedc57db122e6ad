package dev.parley.trials.chaos;

import dev.parley.trials.chaos.Violation.Kind;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A fault that a test plants, and how it should be found. What finds a fault only after a wait has
 * run out (an end that never came) is not among the kinds.
 */
final class Plant {
  final String what;
  final String where;
  final Set<Kind> kinds;
  private final AtomicLong done = new AtomicLong();

  /**
   * Not planted yet.
   *
   * @param where whose doing it is
   * @param kinds under one of which it must be found
   */
  Plant(String what, String where, Kind... kinds) {
    this.what = what;
    this.where = where;
    this.kinds = Set.of(kinds);
  }

  /** It has been planted, if not before. */
  void done() {
    done(System.currentTimeMillis());
  }

  /** It was planted then, if not before. */
  void done(long millis) {
    done.compareAndSet(0, millis);
  }

  /** When, in epoch milliseconds; 0 if it has not been. */
  long millis() {
    return done.get();
  }

  /** A row of the table: what, where, found by what, and how long after it was done. */
  void print(ChaosResult result, Watch watch, Predicate<Violation> finding) {
    String foundBy =
        result.assessment().violations().stream()
            .filter(finding)
            .map(v -> v.kind().toString())
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    String after =
        watch
            .knownSince(finding)
            .map(since -> "%.1f s".formatted((since - millis()) / 1_000.0))
            .orElse("at the end");
    System.out.println(
        "| %s | %s | %s | %s |".formatted(what, where, foundBy.isEmpty() ? "-" : foundBy, after));
  }
}
