package dev.parley.dispatcher.flow;

import java.util.OptionalLong;

/**
 * How far the ledger is read, and whether that is as far as it went when its end was asked for:
 * only then is it known that something does not stand in it. Pure; one thread.
 */
final class LedgerReading {
  /** An answer may not come at all. */
  private static final long ASK_AGAIN_MILLIS = 2_500;

  private final Effects effects;

  /** Every record before this offset is known. */
  private long next;

  private boolean asking;
  private long askedMillis;
  private OptionalLong end = OptionalLong.empty();

  LedgerReading(Effects effects) {
    this.effects = effects;
  }

  /** Everything before {@code offset} is known. */
  void knownTo(long offset) {
    next = Math.max(next, offset);
  }

  long next() {
    return next;
  }

  /** Asks where the ledger ends now, unless that is not answered yet, or not read up to. */
  void askEnd(long now) {
    if (!asking || (end.isEmpty() && now - askedMillis >= ASK_AGAIN_MILLIS)) {
      asking = true;
      askedMillis = now;
      effects.add(new Effect.AskLedgerEnd(now));
    }
  }

  /** It ended at {@code offset} when that was asked for. */
  void ended(long offset, long asked) {
    if (asking && asked == askedMillis) {
      end = OptionalLong.of(offset);
    }
  }

  /** When the end was asked for that is read up to now; said once. */
  OptionalLong reachedEndOf() {
    if (end.isEmpty() || next < end.getAsLong()) {
      return OptionalLong.empty();
    }
    asking = false;
    end = OptionalLong.empty();
    return OptionalLong.of(askedMillis);
  }
}
