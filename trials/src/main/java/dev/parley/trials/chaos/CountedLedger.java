package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.History.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which records of the ledger count: after a claim nothing of a lower owner does, but for turns
 * that it named in its {@code release}, until they are closed, left, or begun by a later owner; and
 * what it writes about devices alone for five seconds after its last release. A second reading of
 * the rule by which dispatchers and routers go.
 */
final class CountedLedger {
  private static final long RELEASE_MILLIS = 5_000;

  private final Map<Integer, Partition> partitions = new HashMap<>();
  private final Map<TurnId, List<Entry>> ofTurns = new HashMap<>();
  private final List<Entry> all = new ArrayList<>();

  /** What has been read of a partition. */
  private static final class Partition {
    private long highest;
    private final Map<TurnId, Long> named = new HashMap<>();
    private final Set<TurnId> over = new HashSet<>();

    /** When each owner last said that it is leaving. */
    private final Map<Long, Long> leaving = new HashMap<>();

    boolean counts(Entry entry) {
      long owner = entry.record().attempt().owner();
      boolean isOwner = owner >= highest;
      highest = Math.max(highest, owner);
      return switch (entry.record()) {
        case LedgerRecord.Owner _ -> isOwner;
        case LedgerRecord.Release release -> isOwner && released(release, entry.millis());
        case LedgerRecord.Renewal _ -> renewed(owner, entry.millis());
        case LedgerRecord.TurnBegun _,
            LedgerRecord.TurnSent _,
            LedgerRecord.DirectiveReceived _,
            LedgerRecord.AttachmentBegun _,
            LedgerRecord.AttachmentEnded _,
            LedgerRecord.TurnLeft _,
            LedgerRecord.TurnClosed _ ->
            entry
                .turn()
                .map(turn -> ofTurn(turn, entry.record(), isOwner))
                .orElse(isOwner || isThere(owner, entry.millis()));
      };
    }

    private boolean released(LedgerRecord.Release release, long millis) {
      long owner = release.attempt().owner();
      if (leaving.putIfAbsent(owner, millis) != null) {
        return false;
      }
      release.named().stream()
          .filter(turn -> !over.contains(turn))
          .forEach(turn -> named.put(turn, owner));
      return true;
    }

    private boolean isThere(long owner, long millis) {
      return leaving.containsKey(owner) && millis <= leaving.get(owner) + RELEASE_MILLIS;
    }

    private boolean renewed(long owner, long millis) {
      boolean counts =
          leaving.containsKey(owner) && (named.containsValue(owner) || isThere(owner, millis));
      if (counts) {
        leaving.put(owner, millis);
      }
      return counts;
    }

    private boolean ofTurn(TurnId turn, LedgerRecord record, boolean isOwner) {
      long owner = record.attempt().owner();
      long leaver = named.getOrDefault(turn, 0L);
      if (over.contains(turn) || !(isOwner || owner == leaver)) {
        return false;
      }
      if (leaver > 0 && record instanceof LedgerRecord.TurnClosed) {
        named.remove(turn);
        over.add(turn);
      } else if (record instanceof LedgerRecord.TurnLeft
          || (record instanceof LedgerRecord.TurnBegun && owner > leaver)) {
        named.remove(turn);
      }
      return true;
    }
  }

  /** Reads them, each partition in its order. */
  CountedLedger(List<Entry> entries) {
    entries.forEach(this::read);
  }

  private void read(Entry entry) {
    if (partitions.computeIfAbsent(entry.partition(), _ -> new Partition()).counts(entry)) {
      all.add(entry);
      entry.turn().ifPresent(t -> ofTurns.computeIfAbsent(t, _ -> new ArrayList<>()).add(entry));
    }
  }

  /** All that counts, each partition in its order. */
  List<Entry> all() {
    return List.copyOf(all);
  }

  /** What counts of a turn, in order. */
  List<Entry> of(TurnId turn) {
    return ofTurns.getOrDefault(turn, List.of());
  }

  /** The first record by which a turn is closed. */
  Optional<Entry> closed(TurnId turn) {
    return of(turn).stream()
        .filter(entry -> entry.record() instanceof LedgerRecord.TurnClosed)
        .findFirst();
  }

  /** The record by which a turn was closed well. */
  Optional<LedgerRecord.TurnClosed> closedWell(TurnId turn) {
    return closed(turn)
        .map(entry -> (LedgerRecord.TurnClosed) entry.record())
        .filter(end -> end.status() == TurnStatus.OK);
  }
}
