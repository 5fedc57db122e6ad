package dev.parley.demo.chaos;

import java.time.Duration;
import java.util.List;

/**
 * What came of a run.
 *
 * @param injections what was done to whom, in order; a rolling restart is one for each dispatcher
 * @param stalled streams that the endpoint stalled
 * @param endedByThemselves dispatchers that nobody told to end
 */
record ChaosResult(
    ChaosPlan plan,
    Duration took,
    List<Injection> injections,
    int stalled,
    List<String> endedByThemselves,
    Findings findings,
    History history) {
  /** The part of the turns that a run with a healthy endpoint must close well. */
  static final double WELL = 0.99;

  /** Copies the lists. */
  ChaosResult {
    injections = List.copyOf(injections);
    endedByThemselves = List.copyOf(endedByThemselves);
  }

  /** Whether every promise was kept. */
  boolean isGood() {
    return findings.violations().isEmpty()
        && (!plan.hasHealthyEndpoint() || findings.share() >= WELL);
  }

  /** All injections of a fault. */
  List<Injection> injections(Fault fault) {
    return injections.stream().filter(i -> i.fault() == fault).toList();
  }

  /** How long partitions and turns waited for another owner after this fault. */
  TakeOvers takeOvers(Fault fault) {
    return new TakeOvers(injections(fault), history.ledger());
  }
}
