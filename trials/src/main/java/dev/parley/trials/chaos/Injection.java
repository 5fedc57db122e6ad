package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import java.util.Map;
import java.util.Set;

/**
 * A fault as it was injected.
 *
 * @param millis when, in epoch milliseconds
 * @param victim the partitions that the dispatcher held whom it hit, each with its number as owner;
 *     empty when it hit none in particular
 * @param open the turns that were open
 */
record Injection(Fault fault, long millis, Map<Integer, Long> victim, Set<TurnId> open) {
  /** Copies both. */
  Injection {
    victim = Map.copyOf(victim);
    open = Set.copyOf(open);
  }
}
