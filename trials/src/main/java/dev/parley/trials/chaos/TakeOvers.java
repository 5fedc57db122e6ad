package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.trials.chaos.History.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How long partitions and their turns were without an owner, by the broker's clock. */
final class TakeOvers {
  private final List<Long> claims = new ArrayList<>();
  private final List<Long> turns = new ArrayList<>();

  /** Reads it off the ledger, each partition in its order. */
  TakeOvers(List<Injection> injections, List<Entry> ledger) {
    Map<Integer, List<Entry>> partitions = new HashMap<>();
    for (Entry entry : ledger) {
      if (entry.record() instanceof LedgerRecord.Owner
          || entry.record() instanceof LedgerRecord.TurnBegun) {
        partitions.computeIfAbsent(entry.partition(), p -> new ArrayList<>()).add(entry);
      }
    }
    for (Injection injection : injections) {
      injection
          .victim()
          .forEach((partition, owner) ->
              measure(injection, owner, partitions.getOrDefault(partition, List.of())));
    }
  }

  private void measure(Injection injection, long owner, List<Entry> entries) {
    boolean claimed = false;
    Set<TurnId> waiting = new HashSet<>(injection.open());
    for (Entry entry : entries) {
      if (entry.record().attempt().owner() <= owner || entry.millis() < injection.millis()) {
        continue;
      }
      if (entry.record() instanceof LedgerRecord.Owner && !claimed) {
        claimed = true;
        claims.add(entry.millis() - injection.millis());
      } else if (entry.record() instanceof LedgerRecord.TurnBegun begun
          && waiting.remove(begun.turn())) {
        turns.add(entry.millis() - injection.millis());
      }
    }
  }

  /** From the fault to the next claim of each partition hit, in milliseconds. */
  List<Long> claims() {
    return List.copyOf(claims);
  }

  /** From the fault to the next attempt of each open turn hit, in milliseconds. */
  List<Long> turns() {
    return List.copyOf(turns);
  }

  /** The smallest of these that at least so many per cent do not exceed; 0 when there is none. */
  static long percentile(List<Long> numbers, int percent) {
    if (numbers.isEmpty()) {
      return 0;
    }
    List<Long> sorted = numbers.stream().sorted().toList();
    int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
    return sorted.get(Math.max(1, rank) - 1);
  }
}
