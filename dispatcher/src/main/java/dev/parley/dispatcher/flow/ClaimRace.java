package dev.parley.dispatcher.flow;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.turnlog.OwnerClaims;
import org.jspecify.annotations.Nullable;

/**
 * A dispatcher on its way to own a partition: it claims one number after the other, until a claim
 * of its own is the first of its number in the ledger, and nobody is ahead. Pure; one thread.
 */
public final class ClaimRace {
  private final LedgerView view;
  private final String dispatcher;
  private long number;

  /** Who was first with the number; empty when somebody was ahead of it. */
  private @Nullable String winner;

  /**
   * A race in which nothing is claimed yet.
   *
   * @param view has what was read so far
   * @param dispatcher its name
   */
  public ClaimRace(LedgerView view, String dispatcher) {
    this.view = view;
    this.dispatcher = dispatcher;
  }

  /** The claim to append now: of the number after the highest that was read. */
  public LedgerRecord.Owner next() {
    number = view.owner() + 1;
    winner = null;
    return new LedgerRecord.Owner(new Attempt(number, 0), dispatcher);
  }

  /** The next record in the ledger, whoever wrote it. */
  public void read(LedgerRecord record, OwnerClaims.Seen seen) {
    if (winner == null && number > 0 && record instanceof LedgerRecord.Owner owner) {
      if (owner.attempt().owner() == number) {
        winner = owner.dispatcher();
      } else if (owner.attempt().owner() > number) {
        winner = "";
      }
    }
    view.apply(record, seen);
  }

  /** Whether the claim has won; known once the ledger is read up to it. */
  public boolean isWon() {
    return dispatcher.equals(winner);
  }

  /** The number claimed last. */
  public long number() {
    return number;
  }
}
