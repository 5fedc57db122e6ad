package dev.parley.trials.model;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.trials.model.OffsetLog.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which ledger records count, read plainly: after a claim nothing of a lower owner does, but for
 * the turns that it named in its {@code release}, each until it is closed, left, or begun by a
 * later owner; and for five seconds after its last release what belongs to no turn.
 */
final class WhatCounts {
  private static final long RELEASE_MILLIS = 5_000;

  private long highest;
  private final List<Entry<LedgerRecord>> before = new ArrayList<>();
  private final Map<TurnId, List<Entry<LedgerRecord>>> counted = new HashMap<>();

  /** Reads the next record; whether it counts. */
  boolean read(Entry<LedgerRecord> entry) {
    boolean counts = counts(entry);
    highest = Math.max(highest, entry.record().attempt().owner());
    if (counts) {
      if (isRelease(entry)) {
        before.add(entry);
      }
      entry
          .record()
          .about()
          .ifPresent(turn -> counted.computeIfAbsent(turn, key -> new ArrayList<>()).add(entry));
    }
    return counts;
  }

  private static boolean isRelease(Entry<LedgerRecord> entry) {
    return entry.record() instanceof LedgerRecord.Release
        || entry.record() instanceof LedgerRecord.Renewal;
  }

  private boolean counts(Entry<LedgerRecord> entry) {
    LedgerRecord record = entry.record();
    long owner = record.attempt().owner();
    boolean isOwners = owner >= highest;
    if (record instanceof LedgerRecord.Release) {
      return isOwners && release(owner).isEmpty();
    }
    if (record instanceof LedgerRecord.Renewal) {
      return release(owner)
          .filter(r ->
              isThere(owner, entry.millis())
                  || r.named().stream().anyMatch(turn -> namedBy(turn).equals(Optional.of(owner))))
          .isPresent();
    }
    if (record.about().isEmpty()) {
      return isOwners
          || (!(record instanceof LedgerRecord.Owner) && isThere(owner, entry.millis()));
    }
    TurnId turn = record.about().get();
    return !wasClosedByName(turn) && (isOwners || namedBy(turn).equals(Optional.of(owner)));
  }

  private Optional<LedgerRecord.Release> release(long owner) {
    return before.stream()
        .map(Entry::record)
        .filter(r -> r.attempt().owner() == owner && r instanceof LedgerRecord.Release)
        .map(LedgerRecord.Release.class::cast)
        .findFirst();
  }

  private boolean isThere(long owner, long millis) {
    return before.stream()
        .anyMatch(
            e -> e.record().attempt().owner() == owner && millis <= e.millis() + RELEASE_MILLIS);
  }

  /**
   * Who is finishing the turn though it has left: the last that named it, if nothing ended that.
   */
  private Optional<Long> namedBy(TurnId turn) {
    Optional<Entry<LedgerRecord>> last = naming(turn);
    return last.filter(r -> endOf(turn, r).isEmpty()).map(r -> r.record().attempt().owner());
  }

  private Optional<Entry<LedgerRecord>> naming(TurnId turn) {
    return before.stream()
        .filter(e -> e.record() instanceof LedgerRecord.Release r && r.named().contains(turn))
        .reduce((earlier, later) -> later);
  }

  private Optional<LedgerRecord> endOf(TurnId turn, Entry<LedgerRecord> release) {
    long leaver = release.record().attempt().owner();
    return of(turn).stream()
        .filter(e -> e.offset() > release.offset())
        .map(Entry::record)
        .filter(r ->
            r instanceof LedgerRecord.TurnClosed
                || r instanceof LedgerRecord.TurnLeft
                || (r instanceof LedgerRecord.TurnBegun && r.attempt().owner() > leaver))
        .findFirst();
  }

  private boolean wasClosedByName(TurnId turn) {
    return naming(turn)
        .flatMap(r -> endOf(turn, r))
        .filter(LedgerRecord.TurnClosed.class::isInstance)
        .isPresent();
  }

  /** What counts of a turn, in order. */
  List<Entry<LedgerRecord>> of(TurnId turn) {
    return counted.getOrDefault(turn, List.of());
  }

  /** Whether it was ever left to its former owner to finish. */
  boolean wasReleased(TurnId turn) {
    return naming(turn).isPresent();
  }

  /** Whether an owner below the highest wrote it. */
  boolean isLate(LedgerRecord record) {
    return record.attempt().owner() < highest;
  }

  boolean isBegun(TurnId turn) {
    return of(turn).stream().anyMatch(e -> e.record() instanceof LedgerRecord.TurnBegun);
  }

  boolean isClosed(TurnId turn) {
    return of(turn).stream().anyMatch(e -> e.record() instanceof LedgerRecord.TurnClosed);
  }
}
