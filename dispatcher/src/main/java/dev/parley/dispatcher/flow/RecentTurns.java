package dev.parley.dispatcher.flow;

import dev.parley.protocol.TurnId;
import dev.parley.turnlog.LowestFirst;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The turns settled last, so that what comes late or twice is known for what it is: to this owner
 * as long as there is room, and for a while to the next one too, which reads of them in the ledger.
 */
final class RecentTurns {
  private static final int MOST = 10_000;

  /** Longer than a device tries to say the same again. */
  private static final long READABLE_MILLIS = 30_000;

  private final Set<TurnId> turns = new LinkedHashSet<>();
  private final Deque<Settled> readable = new ArrayDeque<>();
  private final LowestFirst<TurnId> ledgerFrom = new LowestFirst<>();

  private record Settled(TurnId turn, long millis) {}

  void add(Turn turn, long now) {
    turns.add(turn.id);
    if (turns.size() > MOST) {
      turns.remove(turns.iterator().next());
    }
    readable.add(new Settled(turn.id, now));
    ledgerFrom.set(turn.id, OptionalLong.of(turn.ledgerFrom));
    expire(now);
  }

  boolean contains(TurnId turn) {
    return turns.contains(turn);
  }

  /** From where the ledger tells of all that were settled lately; {@code otherwise} if none was. */
  long ledgerFrom(long now, long otherwise) {
    expire(now);
    return ledgerFrom.lowest().map(LowestFirst.Ranked::number).orElse(otherwise);
  }

  private void expire(long now) {
    while (!readable.isEmpty()
        && (readable.getFirst().millis + READABLE_MILLIS <= now || readable.size() > MOST)) {
      ledgerFrom.set(readable.removeFirst().turn, OptionalLong.empty());
    }
  }
}
