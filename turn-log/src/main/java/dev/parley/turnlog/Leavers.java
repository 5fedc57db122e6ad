package dev.parley.turnlog;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.turnlog.OwnerClaims.Seen;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The owners that have released a partition, and the turns that they named to finish them. A name
 * lasts until its turn is closed, left, or begun by a later owner; {@link OwnerClaims} tells what
 * counts of those. Pure; one thread.
 */
final class Leavers {
  /** Longer than a record may be on its way to the ledger. */
  private static final long MEMORY_MILLIS = 900_000;

  private final Map<Long, Leaver> leavers = new HashMap<>();
  private final Map<TurnId, Leaver> named = new HashMap<>();

  /** Turns that were named and are closed, with when: nothing more of them counts. Oldest first. */
  private final LinkedHashMap<TurnId, Long> closed = new LinkedHashMap<>();

  /** An owner that has released the partition. */
  private static final class Leaver {
    private final long owner;

    /** Where its release stands. */
    private final long offset;

    /** Its release, or the last renewal of it. */
    private Seen last;

    private int names;

    Leaver(long owner, Seen release) {
      this.owner = owner;
      this.offset = release.offset();
      this.last = release;
    }

    boolean isPresent(long appendedMillis) {
      return appendedMillis <= last.appendedMillis() + OwnerClaims.RELEASE_MILLIS;
    }
  }

  /** Whether this owner has released the partition. */
  boolean contains(long owner) {
    return leavers.containsKey(owner);
  }

  /** The first release of an owner; it may name what is not closed. */
  void add(LedgerRecord.Release release, Seen seen) {
    forget(seen.appendedMillis());
    long owner = release.attempt().owner();
    Leaver leaver = new Leaver(owner, seen);
    leavers.put(owner, leaver);
    for (TurnId turn : release.named()) {
      if (!isClosed(turn)) {
        unname(turn);
        named.put(turn, leaver);
        leaver.names++;
      }
    }
  }

  /**
   * An owner renews its release.
   *
   * @return whether that has not ended
   */
  boolean renew(long owner, Seen seen) {
    Leaver leaver = leavers.get(owner);
    if (leaver == null || !(leaver.names > 0 || leaver.isPresent(seen.appendedMillis()))) {
      return false;
    }
    leaver.last = seen;
    return true;
  }

  /** Whether the release of this owner lasts, so that it may still write about devices alone. */
  boolean isPresent(long owner, long appendedMillis) {
    Leaver leaver = leavers.get(owner);
    return leaver != null && leaver.isPresent(appendedMillis);
  }

  /** The devices of the turns that are named, and whose name has not ended. */
  Set<String> devices() {
    return named.keySet().stream().map(TurnId::device).collect(Collectors.toSet());
  }

  /** Whether a leaver has named this turn, and the name has not ended. */
  boolean isNamed(TurnId turn) {
    return named.containsKey(turn);
  }

  /** Whether it is this owner that has named it. */
  boolean isNamed(TurnId turn, long owner) {
    Leaver leaver = named.get(turn);
    return leaver != null && leaver.owner == owner;
  }

  /** Whether it was named once, and is closed. */
  boolean isClosed(TurnId turn) {
    return closed.containsKey(turn);
  }

  /** The release that keeps this turn, or the last renewal of it; empty when it is not named. */
  Optional<Seen> lastSign(TurnId turn) {
    return Optional.ofNullable(named.get(turn)).map(leaver -> leaver.last);
  }

  /** The lowest offset of a release with names that have not ended; empty when there is none. */
  OptionalLong lowestOffset() {
    return leavers.values().stream()
        .filter(leaver -> leaver.names > 0)
        .mapToLong(leaver -> leaver.offset)
        .min();
  }

  /**
   * A record about a turn counts: its name ends with the turn, when its leaver gives it up, and
   * when a later owner begins it.
   */
  void counted(TurnId turn, LedgerRecord record, Seen seen) {
    Leaver leaver = named.get(turn);
    if (leaver == null) {
      return;
    }
    switch (record) {
      case LedgerRecord.TurnClosed _ -> {
        unname(turn);
        closed.put(turn, seen.appendedMillis());
      }
      case LedgerRecord.TurnLeft _ -> unname(turn);
      case LedgerRecord.TurnBegun begun -> {
        if (begun.attempt().owner() > leaver.owner) {
          unname(turn);
        }
      }
      case LedgerRecord.Owner _,
          LedgerRecord.Release _,
          LedgerRecord.Renewal _,
          LedgerRecord.TurnSent _,
          LedgerRecord.DirectiveReceived _,
          LedgerRecord.AttachmentBegun _,
          LedgerRecord.AttachmentEnded _ -> {}
    }
  }

  private void unname(TurnId turn) {
    @Nullable Leaver leaver = named.remove(turn);
    if (leaver != null) {
      leaver.names--;
    }
  }

  /** What can't matter any more. */
  void forget(long appendedMillis) {
    leavers.values().removeIf(leaver -> leaver.names == 0 && !leaver.isPresent(appendedMillis));
    closed.values().removeIf(millis -> millis + MEMORY_MILLIS < appendedMillis);
  }

  /** How many leavers, names and ends of turns are kept. */
  int size() {
    return leavers.size() + named.size() + closed.size();
  }
}
