package dev.parley.dispatcher.flow;

import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * When to look at which turn again. A turn that was heard of meanwhile is looked at in vain and put
 * off: that is cheaper than moving it with every chunk, and silent turns cost nothing.
 */
final class Deadlines {
  private final PriorityQueue<Due> queue = new PriorityQueue<>(Comparator.comparingLong(Due::at));

  private record Due(long at, Turn turn) {}

  /** Looks at the turn at this time, or earlier if that was asked for before. */
  void lookAt(Turn turn, long millis) {
    if (turn.lookAtMillis == TurnTimes.NEVER || millis < turn.lookAtMillis) {
      turn.lookAtMillis = millis;
      queue.add(new Due(millis, turn));
    }
  }

  /** The next turn to look at now. */
  Optional<Turn> next(long now) {
    for (Due due = queue.peek(); due != null && due.at <= now; due = queue.peek()) {
      queue.remove();
      if (due.turn.lookAtMillis == due.at) {
        due.turn.lookAtMillis = TurnTimes.NEVER;
        return Optional.of(due.turn);
      }
    }
    return Optional.empty();
  }
}
