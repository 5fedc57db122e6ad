package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import java.util.Map;
import java.util.Set;

/**
 * A fault as it was injected.
 *
 * @param millis when, in epoch milliseconds
 * @param until when that which was broken stood again, in epoch milliseconds
 * @param victim the partitions that the dispatcher held whom it hit, each with its number as owner;
 *     empty when it hit none in particular
 * @param leaving the partitions that it had given away lately and was finishing still
 * @param open the turns that were open
 * @param scripted the messageIds of the turns of which the endpoint did reset or stall a request
 */
record Injection(
    Fault fault,
    long millis,
    long until,
    Map<Integer, Long> victim,
    Set<Integer> leaving,
    Set<TurnId> open,
    Set<String> scripted) {
  /** Copies map and sets. */
  Injection {
    victim = Map.copyOf(victim);
    leaving = Set.copyOf(leaving);
    open = Set.copyOf(open);
    scripted = Set.copyOf(scripted);
  }

  /** A fault that is not over. */
  Injection(
      Fault fault, long millis, Map<Integer, Long> victim, Set<Integer> leaving, Set<TurnId> open) {
    this(fault, millis, Long.MAX_VALUE, victim, leaving, open, Set.of());
  }

  /** Whether it hit who held this partition, or was finishing it. */
  boolean hits(int partition) {
    return victim.containsKey(partition) || leaving.contains(partition);
  }

  boolean isOver() {
    return until != Long.MAX_VALUE;
  }

  /** The same, now that it is over. */
  Injection over(Set<String> turns) {
    return new Injection(fault, millis, System.currentTimeMillis(), victim, leaving, open, turns);
  }
}
