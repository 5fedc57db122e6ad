package dev.parley.turnlog.story;

import dev.parley.protocol.TurnId;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The latest turns of the device asked for, or those whose ids begin like the one asked for: what
 * may have been meant when nothing is found. Keeps a few of them. Pure; one thread.
 */
final class NearbyTurns {
  private static final int MOST = 5;

  private final Sought sought;
  private final LinkedHashSet<TurnId> turns = new LinkedHashSet<>();

  NearbyTurns(Sought sought) {
    this.sought = sought;
  }

  /** A turn begins in the log. */
  void passedBy(TurnId turn) {
    boolean isNear =
        sought.device().isPresent()
            ? sought.device().get().equals(turn.device())
            : turn.dialog().startsWith(sought.id()) || turn.message().startsWith(sought.id());
    if (isNear && !sought.matches(turn)) {
      turns.remove(turn);
      turns.add(turn);
      if (turns.size() > MOST) {
        turns.removeFirst();
      }
    }
  }

  /** The latest last. */
  List<TurnId> latest() {
    return List.copyOf(turns);
  }
}
