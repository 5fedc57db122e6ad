package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.History.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which records of the ledger count: after a claim nothing of a lower owner does, but for what it
 * named in its {@code release}, and that for ten seconds. A second reading of the rule by which
 * dispatchers and routers go.
 */
final class CountedLedger {
  private static final long FINISHING_MILLIS = 10_000;

  private final Map<Integer, Long> owners = new HashMap<>();
  private final Map<TurnId, Finishing> finishing = new HashMap<>();
  private final Map<TurnId, List<Entry>> ofTurns = new HashMap<>();
  private final List<Entry> all = new ArrayList<>();

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
    Optional<TurnId> turn = entry.turn();
    if (owner >= highest || turn.filter(t -> mayFinish(t, owner, entry.millis())).isPresent()) {
      all.add(entry);
      turn.ifPresent(t -> ofTurns.computeIfAbsent(t, _ -> new ArrayList<>()).add(entry));
    }
  }

  private boolean mayFinish(TurnId turn, long owner, long millis) {
    Finishing named = finishing.get(turn);
    return named != null && named.owner() == owner && millis <= named.until();
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
