package dev.parley.turnlog;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who may write about a partition, by the ledger's own order: the one rule by which routers and
 * dispatchers go. After a claim everything of a lower owner is nothing, so that a zombie can write
 * what it likes; but what the former owner named in its {@code release} it may finish for {@link
 * #FINISHING_MILLIS}. Pure; one thread.
 */
public final class OwnerClaims {
  /** How long a released turn may still be finished, in milliseconds by the broker's clock. */
  public static final long FINISHING_MILLIS = 10_000;

  private final long before;
  private long highest;

  /** Which record raised the highest number, and to what. */
  private final NavigableMap<Long, Long> raised = new TreeMap<>();

  private final Map<TurnId, Finishing> finishing = new HashMap<>();

  private record Finishing(long owner, long until) {}

  /**
   * Claims, to be told of every record in the ledger's order.
   *
   * @param highest the highest owner known from before; 0 when none is
   */
  public OwnerClaims(long highest) {
    this.before = highest;
    this.highest = highest;
  }

  /** The highest owner's number so far; 0 when there is none. */
  public long highest() {
    return highest;
  }

  /**
   * The highest owner's number in what stands before {@code offset}: whoever reads on from there
   * must not hold against the records that follow a claim that comes after them. Ask for no lower
   * offset afterwards.
   */
  public long highestBefore(long offset) {
    Map.Entry<Long, Long> last = raised.lowerEntry(offset);
    if (last == null) {
      return before;
    }
    raised.headMap(last.getKey()).clear();
    return last.getValue();
  }

  /** The next record, at {@code offset}, is a claim. */
  public void claimed(LedgerRecord.Owner claim, long offset) {
    raise(claim.attempt().owner(), offset);
  }

  private void raise(long owner, long offset) {
    if (owner > highest) {
      highest = owner;
      raised.put(offset, owner);
    }
  }

  /**
   * The next record is a release; one that comes after a newer claim is a zombie's.
   *
   * @param millis when the broker appended it
   */
  public void released(LedgerRecord.Release release, long millis) {
    long owner = release.attempt().owner();
    if (owner < highest) {
      return;
    }
    finishing.values().removeIf(f -> f.until() < millis);
    for (TurnId turn : release.finishing()) {
      finishing.put(turn, new Finishing(owner, millis + FINISHING_MILLIS));
    }
  }

  /**
   * Whether the next record counts. One of a higher owner proves that owner's claim.
   *
   * @param turn the turn it is about, if it is about one
   * @param millis when the broker appended it
   */
  public boolean admits(Attempt attempt, Optional<TurnId> turn, long offset, long millis) {
    if (attempt.owner() >= highest) {
      raise(attempt.owner(), offset);
      return true;
    }
    Finishing named = turn.map(finishing::get).orElse(null);
    return named != null && named.owner() == attempt.owner() && millis <= named.until();
  }
}
