package dev.parley.dispatcher.flow;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Keeps the ledger's order: an acknowledgement whose offset is not the one after the last means
 * that somebody else has written in between, a zombie that claims, or a former owner that finishes.
 * Such an acknowledgement counts only after what stands before it has been read.
 */
final class LedgerOrder {
  private final Effects effects;
  private final Deque<Input.Appended> held = new ArrayDeque<>();

  /** Every record before this offset is ours or has been seen. */
  private long next;

  private boolean reading;
  private boolean trusting;
  private long readingSince;

  LedgerOrder(Effects effects) {
    this.effects = effects;
  }

  /** Everything before {@code offset} is known. */
  void knownTo(long offset) {
    next = Math.max(next, offset);
  }

  long next() {
    return next;
  }

  void appended(Input.Appended input) {
    held.add(input);
  }

  /** The next acknowledgement that counts. */
  Optional<Input.Appended> counted(long now) {
    Input.Appended first = held.peek();
    if (first == null) {
      return Optional.empty();
    }
    if (first.offset() > next && !trusting) {
      read(first.offset(), now);
      return Optional.empty();
    }
    held.remove();
    next = Math.max(next, first.offset() + 1);
    return Optional.of(first);
  }

  /** From now on others may write as they like. */
  void trust() {
    trusting = true;
  }

  /** Reads what stands in the ledger now. */
  void readToEnd(long now) {
    read(Effect.LEDGER_END, now);
  }

  private void read(long to, long now) {
    if (!reading) {
      reading = true;
      readingSince = now;
      effects.add(new Effect.ReadLedger(next, to));
    }
  }

  boolean isReading() {
    return reading;
  }

  /** Read up to {@code offset}; returns when that was asked for. */
  long readTo(long offset) {
    reading = false;
    knownTo(offset);
    return readingSince;
  }
}
