package dev.parley.trials.chaos;

import java.time.Duration;
import java.util.List;

/**
 * What came of a run.
 *
 * @param stalled streams that the endpoint stalled
 * @param endedByThemselves dispatchers that nobody told to end
 * @param charges what was done to whom, and which turns each fault may hurt and did
 */
record ChaosResult(
    ChaosPlan plan,
    Duration took,
    int stalled,
    List<String> endedByThemselves,
    Findings findings,
    Charges charges,
    Assessment assessment,
    History history) {

  /** Copies the list. */
  ChaosResult {
    endedByThemselves = List.copyOf(endedByThemselves);
  }

  /** Judges what happened. */
  static ChaosResult of(
      ChaosPlan plan, Duration took, int stalled, List<String> endedByThemselves, History history) {
    Findings findings = HistoryChecker.check(history);
    Charges charges = new Charges(history);
    return new ChaosResult(
        plan,
        took,
        stalled,
        endedByThemselves,
        findings,
        charges,
        Assessment.of(charges, findings.violations(), KnownFault.ALL),
        history);
  }

  /** Whether every promise was kept, and nobody was hurt whom no fault may hurt. */
  boolean isGood() {
    return assessment.isGood();
  }

  /** What was done to whom, in order; a rolling restart is one for each dispatcher. */
  List<Injection> injections() {
    return charges.floors().stream().map(Floor::injection).toList();
  }

  /** All injections of a fault. */
  List<Injection> injections(Fault fault) {
    return injections().stream().filter(i -> i.fault() == fault).toList();
  }

  /** How many turns this fault may hurt. */
  int allowed(Fault fault) {
    return charges.floors().stream()
        .filter(f -> f.injection().fault() == fault)
        .mapToInt(f -> f.turns().size())
        .sum();
  }

  /** Turns that did not end well, and that this fault is charged with. */
  List<Loss> losses(Fault fault) {
    return charges.losses().stream()
        .filter(loss -> loss.fault().filter(i -> i.fault() == fault).isPresent())
        .toList();
  }

  /** How many of these it was not allowed to hurt. */
  long beyond(Fault fault) {
    return losses(fault).stream().filter(loss -> !loss.isAllowed()).count();
  }

  /** How long partitions and turns waited for another owner after this fault. */
  TakeOvers takeOvers(Fault fault) {
    return new TakeOvers(injections(fault), history.ledger());
  }
}
