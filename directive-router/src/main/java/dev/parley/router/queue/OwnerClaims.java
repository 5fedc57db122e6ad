package dev.parley.router.queue;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who may write about a partition. After a claim everything of a lower owner is nothing, so that a
 * zombie can write what it likes; but what the former owner named in its {@code release} it may
 * finish for ten seconds by the broker's clock.
 */
final class OwnerClaims {
  static final long FINISHING_MILLIS = 10_000;

  private long highest;
  private final Map<TurnId, Finishing> finishing = new HashMap<>();

  private record Finishing(long owner, long until) {}

  /**
   * @param highest the highest owner known from before; 0 when none is
   */
  OwnerClaims(long highest) {
    this.highest = highest;
  }

  long highest() {
    return highest;
  }

  void claimed(LedgerRecord.Owner claim) {
    highest = Math.max(highest, claim.attempt().owner());
  }

  /** Notes what may be finished; a release that comes after a newer claim is a zombie's. */
  void released(LedgerRecord.Release release, At at) {
    long owner = release.attempt().owner();
    if (owner < highest) {
      return;
    }
    finishing.values().removeIf(f -> f.until() < at.millis());
    for (TurnId turn : release.finishing()) {
      finishing.put(turn, new Finishing(owner, at.millis() + FINISHING_MILLIS));
    }
  }

  /** Whether a record of this attempt counts. One of a higher owner proves that owner's claim. */
  boolean admits(Attempt attempt, Optional<TurnId> turn, At at) {
    if (attempt.owner() >= highest) {
      highest = attempt.owner();
      return true;
    }
    Finishing named = turn.map(finishing::get).orElse(null);
    return named != null && named.owner() == attempt.owner() && at.millis() <= named.until();
  }
}
