package dev.parley.trials.chaos;

import dev.parley.trials.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run has shown: whether all that is wrong bears a mark, and whether each mark is still
 * needed. Pure.
 *
 * @param violations that bear no mark
 * @param known how often each marked one was met
 * @param needless marks that a run as large as this would have needed
 */
record Assessment(
    List<Violation> violations, Map<KnownFault, Integer> known, List<KnownFault> needless) {

  /**
   * Judges.
   *
   * @param found by the checker
   */
  static Assessment of(Charges charges, List<Violation> found, List<KnownFault> marks) {
    List<Violation> all = new ArrayList<>(found);
    charges.losses().stream()
        .filter(loss -> !loss.isAllowed())
        .map(Loss::violation)
        .forEach(all::add);
    List<Violation> violations = new ArrayList<>();
    Map<KnownFault, Integer> known = new LinkedHashMap<>();
    for (Violation violation : all) {
      mark(charges, violation, marks)
          .ifPresentOrElse(
              mark -> known.merge(mark, 1, Integer::sum), () -> violations.add(violation));
    }
    List<KnownFault> needless =
        marks.stream()
            .filter(mark -> !known.containsKey(mark) && times(charges, mark) >= mark.enough())
            .toList();
    return new Assessment(violations, known, needless);
  }

  private static Optional<KnownFault> mark(
      Charges charges, Violation violation, List<KnownFault> marks) {
    return marks.stream()
        .filter(mark -> mark.kind() == violation.kind())
        .filter(mark -> violation.evidence().contains(mark.evidence()))
        .filter(mark ->
            violation.turn().isEmpty()
                ? times(charges, mark) > 0
                : isBy(mark.fault(), charges.fault(violation.turn().get())))
        .findFirst();
  }

  private static boolean isBy(Fault fault, Optional<Injection> injection) {
    return injection.filter(i -> i.fault() == fault).isPresent();
  }

  private static long times(Charges charges, KnownFault mark) {
    return charges.floors().stream().filter(f -> f.injection().fault() == mark.fault()).count();
  }

  /** How many turns were hurt in this way, without a mark; what is no turn's counts one by one. */
  long hurt(Kind kind) {
    List<Violation> such = violations.stream().filter(v -> v.kind() == kind).toList();
    return such.stream().flatMap(v -> v.turn().stream()).distinct().count()
        + such.stream().filter(v -> v.turn().isEmpty()).count();
  }

  /** Whether every promise was kept, but for what is known, and each mark has its use. */
  boolean isGood() {
    return violations.isEmpty() && needless.isEmpty();
  }
}
