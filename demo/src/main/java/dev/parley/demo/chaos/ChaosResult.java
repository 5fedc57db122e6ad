package dev.parley.demo.chaos;

import java.time.Duration;
import java.util.List;

/** What came of a run. */
record ChaosResult(
    ChaosPlan plan,
    Duration took,
    List<Injection> injections,
    List<String> endedByThemselves,
    Findings findings,
    TakeOvers takeOvers,
    History history) {
  /** The part of the turns that a run with a healthy endpoint must close well. */
  static final double WELL = 0.99;

  /** Whether every promise was kept. */
  boolean isGood() {
    return findings.violations().isEmpty()
        && (!plan.hasHealthyEndpoint() || findings.share() >= WELL);
  }
}
