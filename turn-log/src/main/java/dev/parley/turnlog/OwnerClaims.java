package dev.parley.turnlog;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who may write about a partition, by the ledger's own order: the one rule by which routers and
 * dispatchers go. The first claim of a number wins, and after it everything of a lower owner is
 * nothing, so that a zombie can write what it likes. But who leaves goes on with the turns that it
 * named in its {@code release}: what it writes about one of them counts until that is closed, left,
 * or begun by a later owner, however many claims there are. Pure; one thread.
 */
public final class OwnerClaims {
  /**
   * How long a release lasts, in milliseconds: nobody takes back what it names before, and what the
   * leaver writes about devices alone counts so long after the last one, by the broker's clock.
   */
  public static final long RELEASE_MILLIS = 5_000;

  private final long before;
  private long highest;

  /** Where and when the highest number was claimed. */
  private Seen claim = new Seen(-1, 0, 0);

  /** Which record raised the highest number, and to what. */
  private final NavigableMap<Long, Long> raised = new TreeMap<>();

  private final Leavers leavers = new Leavers();

  /**
   * A record of the ledger, as it was read.
   *
   * @param offset where it stands
   * @param appendedMillis when the broker appended it
   * @param readMillis when it was read, by the reader's own clock
   */
  public record Seen(long offset, long appendedMillis, long readMillis) {}

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

  /** When the highest number was claimed, by the broker's clock. */
  public long claimedMillis() {
    return claim.appendedMillis();
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

  /**
   * The lowest ledger offset from which whoever has turns still named must be known: their release.
   * Empty when no turn is named.
   */
  public OptionalLong pin() {
    return leavers.lowestOffset();
  }

  /**
   * The next record is a claim.
   *
   * @return whether it wins: it is the first of its number, and none is higher
   */
  public boolean claimed(LedgerRecord.Owner record, Seen seen) {
    if (record.attempt().owner() <= highest) {
      return false;
    }
    raise(record.attempt().owner(), seen);
    leavers.forget(seen.appendedMillis());
    return true;
  }

  /** The next record is of this owner, and about nothing that matters here. */
  public void proven(long owner, Seen seen) {
    raise(owner, seen);
  }

  private void raise(long owner, Seen seen) {
    if (owner > highest) {
      highest = owner;
      claim = seen;
      raised.put(seen.offset(), owner);
    }
  }

  /**
   * The next record is a release.
   *
   * @return whether it counts: no claim stands before it, and its owner has written none before
   */
  public boolean released(LedgerRecord.Release release, Seen seen) {
    long owner = release.attempt().owner();
    if (owner < highest || leavers.contains(owner)) {
      return false;
    }
    raise(owner, seen);
    leavers.add(release, seen);
    return true;
  }

  /**
   * The next record is the renewal of a release.
   *
   * @return whether it counts: that release did, and has not ended
   */
  public boolean renewed(LedgerRecord.Renewal renewal, Seen seen) {
    return leavers.renew(renewal.attempt().owner(), seen);
  }

  /**
   * The next record is neither a claim nor a release. One of a higher owner proves that owner's
   * claim.
   *
   * @return whether it counts
   */
  public boolean admits(LedgerRecord record, Seen seen) {
    long owner = record.attempt().owner();
    raise(owner, seen);
    boolean isOwners = owner == highest;
    TurnId turn = record.about().orElse(null);
    if (turn == null) {
      return isOwners || leavers.isPresent(owner, seen.appendedMillis());
    }
    boolean counts = !leavers.isClosed(turn) && (isOwners || leavers.isNamed(turn, owner));
    if (counts) {
      leavers.counted(turn, record, seen);
    }
    return counts;
  }

  /** How many leavers, names and ends of turns are kept. */
  int remembered() {
    return leavers.size();
  }

  /** The devices that leavers still speak for: they have named turns whose names have not ended. */
  public Set<String> devicesOfLeavers() {
    return leavers.devices();
  }

  /** Whether a leaver has named this turn, and the name has not ended. */
  public boolean isNamed(TurnId turn) {
    return leavers.isNamed(turn);
  }

  /**
   * From when on, by the reader's own clock, the ledger's end may be asked for, so that the owner
   * of now may take this turn back once it has read up to there: the release is over by then, and
   * its leaver at work no more. A release that stood before the claim has been running for so long
   * as the broker says. Empty when the turn is not named.
   */
  public OptionalLong mayBeTakenBackFrom(TurnId turn) {
    Seen last = leavers.lastSign(turn).orElse(null);
    if (last == null) {
      return OptionalLong.empty();
    }
    long ran =
        last.offset() < claim.offset()
            ? Math.clamp(claim.appendedMillis() - last.appendedMillis(), 0, RELEASE_MILLIS)
            : 0;
    return OptionalLong.of(last.readMillis() + RELEASE_MILLIS - ran);
  }
}
