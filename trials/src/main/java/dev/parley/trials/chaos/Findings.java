package dev.parley.trials.chaos;

import dev.parley.trials.chaos.Violation.Kind;
import java.util.List;
import java.util.Map;

/**
 * What the checker found.
 *
 * @param accepted turns whose begin Kafka took
 * @param lostWithOwner what the endpoint sent by itself and never came, because its owner or the
 *     endpoint was cut off
 * @param outcomes how many were closed how: {@code ok}, or status and reason
 */
record Findings(
    int accepted, Map<String, Integer> outcomes, int lostWithOwner, List<Violation> violations) {
  static final String WELL = "ok";

  /** Copies map and list. */
  Findings {
    outcomes = Map.copyOf(outcomes);
    violations = List.copyOf(violations);
  }

  /** How many turns were closed well: CIC had all of them and answered. */
  int well() {
    return outcomes.getOrDefault(WELL, 0);
  }

  /** The part of the accepted turns that was closed well, 0 to 1; 1 when there were none. */
  double share() {
    return accepted == 0 ? 1 : (double) well() / accepted;
  }

  /** How many turns were hurt in this way; what belongs to no turn counts one by one. */
  long hurt(Kind kind) {
    List<Violation> such = violations.stream().filter(v -> v.kind() == kind).toList();
    return such.stream().flatMap(v -> v.turn().stream()).distinct().count()
        + such.stream().filter(v -> v.turn().isEmpty()).count();
  }
}
