package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import java.util.Set;

/**
 * How much a fault may hurt: these turns need not end well, and no other.
 *
 * @param turns those that may be hurt, whether they were or not
 */
record Floor(Injection injection, Set<TurnId> turns) {
  /** Copies the set. */
  Floor {
    turns = Set.copyOf(turns);
  }
}
