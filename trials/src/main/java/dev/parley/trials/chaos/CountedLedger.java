package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.trials.chaos.History.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which records of the ledger count: after a claim nothing of a lower owner does, but for what it
 * named in its {@code release}, and that for ten seconds. A second reading of the rule by which
 * dispatchers and routers go.
 */
final class CountedLedger {
  private static final long FINISHING_MILLIS = 10_000;

  private final Map<Integer, Long> owners = new HashMap<>();
  private final Map<TurnId, Finishing> finishing = new HashMap<>();
  private final Map<TurnId, List<Entry>> counted = new HashMap<>();

  private record Finishing(long owner, long until) {}

  /** Reads them, each partition in its order. */
  CountedLedger(List<Entry> entries) {
    entries.forEach(this::read);
  }

  private void read(Entry entry) {
    long owner = entry.record().attempt().owner();
    long highest = owners.getOrDefault(entry.partition(), 0L);
    if (owner >= highest) {
      owners.put(entry.partition(), owner);
      if (entry.record() instanceof LedgerRecord.Release release) {
        for (TurnId turn : release.finishing()) {
          finishing.put(turn, new Finishing(owner, entry.millis() + FINISHING_MILLIS));
        }
      }
    }
    entry
        .turn()
        .filter(turn -> owner >= highest || mayFinish(turn, owner, entry.millis()))
        .ifPresent(turn -> counted.computeIfAbsent(turn, t -> new ArrayList<>()).add(entry));
  }

  private boolean mayFinish(TurnId turn, long owner, long millis) {
    Finishing named = finishing.get(turn);
    return named != null && named.owner() == owner && millis <= named.until();
  }

  /** What counts of a turn, in order. */
  List<Entry> of(TurnId turn) {
    return counted.getOrDefault(turn, List.of());
  }
}
