package dev.parley.dispatcher.flow;

import dev.parley.protocol.TurnId;
import dev.parley.turnlog.LowestFirst;
import java.util.LinkedHashMap;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * The turns settled last, so that what comes late or twice is known for what it is: to this owner
 * for as long as a device may speak on, and for a while to the next one too, which reads of them in
 * the ledger.
 */
final class RecentTurns {
  /** Longer than a device tries to say the same again. */
  static final long READABLE_MILLIS = 30_000;

  private final int most;
  private final long keptMillis;

  /** When each was settled, the first first. */
  private final LinkedHashMap<TurnId, Long> kept = new LinkedHashMap<>();

  /** Those of them that the next owner is to read of. */
  private final LinkedHashMap<TurnId, Long> readable = new LinkedHashMap<>();

  private final LowestFirst<TurnId> ledgerFrom = new LowestFirst<>();

  /** {@code limits}: how many there may be, and how long a device may speak. */
  RecentTurns(FlowLimits limits) {
    this.most = limits.remembered();
    this.keptMillis = Math.max(READABLE_MILLIS, limits.upload().toMillis());
  }

  void add(Turn turn, long now) {
    kept.putLast(turn.id, now);
    readable.putLast(turn.id, now);
    ledgerFrom.set(turn.id, OptionalLong.of(turn.ledgerFrom));
    expire(now);
  }

  boolean contains(TurnId turn) {
    return kept.containsKey(turn);
  }

  /** From where the ledger tells of all that were settled lately; {@code otherwise} if none was. */
  long ledgerFrom(long now, long otherwise) {
    expire(now);
    return ledgerFrom.lowest().map(LowestFirst.Ranked::number).orElse(otherwise);
  }

  /** How many are known. */
  int remembered() {
    return kept.size();
  }

  private void expire(long now) {
    while (hasTooOld(readable, now - READABLE_MILLIS)) {
      ledgerFrom.set(readable.pollFirstEntry().getKey(), OptionalLong.empty());
    }
    while (hasTooOld(kept, now - keptMillis)) {
      kept.pollFirstEntry();
    }
  }

  private boolean hasTooOld(SequencedMap<TurnId, Long> turns, long oldest) {
    return turns.size() > most || (!turns.isEmpty() && turns.firstEntry().getValue() <= oldest);
  }
}
