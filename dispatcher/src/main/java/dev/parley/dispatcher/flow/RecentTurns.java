package dev.parley.dispatcher.flow;

import dev.parley.protocol.TurnId;
import java.util.LinkedHashSet;
import java.util.Set;

/** The turns settled last, so that what comes late or twice is known for what it is. Bounded. */
final class RecentTurns {
  private static final int MOST = 10_000;

  private final Set<TurnId> turns = new LinkedHashSet<>();

  void add(TurnId turn) {
    turns.add(turn);
    if (turns.size() > MOST) {
      turns.remove(turns.iterator().next());
    }
  }

  boolean contains(TurnId turn) {
    return turns.contains(turn);
  }
}
