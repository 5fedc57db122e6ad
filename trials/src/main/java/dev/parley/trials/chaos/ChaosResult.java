package dev.parley.trials.chaos;

import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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

  /** How many turns were closed, but not well, after this fault and before the next. */
  long notWell(Fault fault) {
    CountedLedger counted = new CountedLedger(history.ledger());
    return history.ledger().stream()
        .filter(e ->
            e.record() instanceof LedgerRecord.TurnClosed closed
                && closed.status() != TurnStatus.OK
                && lastBefore(e.millis()).filter(i -> i.fault() == fault).isPresent())
        .filter(e -> e.turn().filter(turn -> counted.of(turn).contains(e)).isPresent())
        .count();
  }

  private Optional<Injection> lastBefore(long millis) {
    return injections.stream().filter(i -> i.millis() <= millis).reduce((a, b) -> b);
  }

  /** How long partitions and turns waited for another owner after this fault. */
  TakeOvers takeOvers(Fault fault) {
    return new TakeOvers(injections(fault), history.ledger());
  }
}
