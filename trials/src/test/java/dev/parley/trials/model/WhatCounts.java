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
 * what it named in its {@code release}, and that for ten seconds.
 */
final class WhatCounts {
  private static final long FINISHING_MILLIS = 10_000;

  private long highest;
  private final Map<TurnId, Finishing> finishing = new HashMap<>();
  private final Map<TurnId, List<Entry<LedgerRecord>>> counted = new HashMap<>();

  private record Finishing(long owner, long until) {}

  /** Reads the next record; whether it counts. */
  boolean read(Entry<LedgerRecord> entry) {
    LedgerRecord record = entry.record();
    long owner = record.attempt().owner();
    Optional<TurnId> turn = record.about();
    boolean counts =
        owner >= highest
            || turn.map(finishing::get)
                .filter(f -> f.owner == owner && entry.millis() <= f.until)
                .isPresent();
    if (!counts) {
      return false;
    }
    highest = Math.max(highest, owner);
    if (record instanceof LedgerRecord.Release release) {
      for (TurnId named : release.finishing()) {
        finishing.put(named, new Finishing(owner, entry.millis() + FINISHING_MILLIS));
      }
    }
    turn.ifPresent(t -> counted.computeIfAbsent(t, key -> new ArrayList<>()).add(entry));
    return true;
  }

  /** What counts of a turn, in order. */
  List<Entry<LedgerRecord>> of(TurnId turn) {
    return counted.getOrDefault(turn, List.of());
  }

  /** Whether it was ever left to its former owner to finish. */
  boolean wasReleased(TurnId turn) {
    return finishing.containsKey(turn);
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
