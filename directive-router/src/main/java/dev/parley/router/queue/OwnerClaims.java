package dev.parley.router.queue;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who may write about a partition. After a claim everything of a lower owner is nothing, so that a
 * zombie can write what it likes; but what the former owner named in its {@code release} it may
 * finish for ten seconds by the broker's clock.
 */
final class OwnerClaims {
  static final long FINISHING_MILLIS = 10_000;

  private final long before;
  private long highest;

  /** Which record raised the highest number, and to what. */
  private final NavigableMap<Long, Long> raised = new TreeMap<>();

  private final Map<TurnId, Finishing> finishing = new HashMap<>();

  private record Finishing(long owner, long until) {}

  /**
   * @param highest the highest owner known from before; 0 when none is
   */
  OwnerClaims(long highest) {
    this.before = highest;
    this.highest = highest;
  }

  /**
   * The highest owner known from what stands before {@code offset}: whoever reads on from there
   * must not hold against the records that follow a claim that comes after them.
   */
  long highestBefore(long offset) {
    Map.Entry<Long, Long> last = raised.lowerEntry(offset);
    if (last == null) {
      return before;
    }
    raised.headMap(last.getKey()).clear(); // Nobody goes back behind what is committed.
    return last.getValue();
  }

  void claimed(LedgerRecord.Owner claim, At at) {
    raise(claim.attempt().owner(), at);
  }

  private void raise(long owner, At at) {
    if (owner > highest) {
      highest = owner;
      raised.put(at.offset(), owner);
    }
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
      raise(attempt.owner(), at);
      return true;
    }
    Finishing named = turn.map(finishing::get).orElse(null);
    return named != null && named.owner() == attempt.owner() && at.millis() <= named.until();
  }
}
