package dev.parley.trials.chaos;

import dev.parley.protocol.record.LedgerRecord;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.Violation.Kind;
import java.util.List;
import java.util.OptionalLong;

/**
 * What is asked of a run as a whole: something of each kind has happened, the endpoint has found no
 * row broken, and after a kill every partition is claimed again soon.
 */
final class RunCheck {
  /**
   * The longest that a partition may be without an owner after a kill: the session time-out of 6 s,
   * a heartbeat of 1 s, a rebalance and a claim on a machine that has other things to do.
   */
  static final long CLAIMED_WITHIN_MILLIS = 15_000;

  private final History history;
  private final List<Violation> violations;
  private final List<Entry> claims;

  RunCheck(History history, List<Violation> violations) {
    this.history = history;
    this.violations = violations;
    this.claims =
        history.ledger().stream()
            .filter(entry -> entry.record() instanceof LedgerRecord.Owner)
            .toList();
  }

  void run() {
    happened("published", !history.published().isEmpty());
    happened("pushed", !history.pushed().isEmpty());
    happened("received", !history.received().isEmpty());
    happened("judged", history.judged().stream().anyMatch(row -> row.judged() > 0));
    happened("ledger", !history.ledger().isEmpty());
    happened("told", !history.told().isEmpty());
    happened("acknowledged", history.acknowledged().stream().anyMatch(a -> a.taken()));
    happened("fetched", history.fetched().stream().anyMatch(f -> f.whole()));
    for (Injection injection : history.injected()) {
      if (injection.fault() == Fault.KILL) {
        injection.victim().forEach((partition, owner) -> claimed(injection, partition, owner));
      }
    }
  }

  private void happened(String what, boolean did) {
    if (!did) {
      violations.add(Violation.of(Kind.EMPTY, "nothing was " + what + ", so nothing is proved"));
    }
  }

  private void claimed(Injection kill, int partition, long owner) {
    OptionalLong claim =
        claims.stream()
            .filter(entry ->
                entry.partition() == partition
                    && entry.record().attempt().owner() > owner
                    && entry.millis() >= kill.millis())
            .mapToLong(Entry::millis)
            .findFirst();
    if (claim.isEmpty() || claim.getAsLong() - kill.millis() > CLAIMED_WITHIN_MILLIS) {
      violations.add(
          Violation.of(
              Kind.SLOW,
              "partition %d was %s after owner %d was killed"
                  .formatted(
                      partition,
                      claim.isEmpty()
                          ? "never claimed"
                          : "claimed " + (claim.getAsLong() - kill.millis()) + " ms",
                      owner)));
    }
  }
}
