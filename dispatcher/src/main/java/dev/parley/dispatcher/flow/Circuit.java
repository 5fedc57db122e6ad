package dev.parley.dispatcher.flow;

/**
 * Whether CIC can be reached, as far as the last turns have told: after three failures in a row to
 * reach it turns wait rather than burn their tries, and one at a time goes ahead to see. Shared by
 * the partitions of a dispatcher. Pure; one thread, but for {@link #isOpen}.
 */
public final class Circuit {
  private static final int FAILURES = 3;
  private static final long WAIT_MILLIS = 1_000;

  private volatile int failures;
  private long trialAt;

  /** Whether a turn may go ahead now; if CIC is down it is the one that tries. */
  boolean admits(long now) {
    if (!isOpen()) {
      return true;
    }
    if (now < trialAt) {
      return false;
    }
    trialAt = now + WAIT_MILLIS;
    return true;
  }

  /** When the next turn may try. */
  long trialAt() {
    return trialAt;
  }

  /** CIC could not be reached. */
  void failed(long now) {
    failures = Math.min(failures + 1, FAILURES);
    trialAt = now + WAIT_MILLIS;
  }

  /** CIC was reached. */
  void succeeded() {
    failures = 0;
  }

  /** Whether CIC counts as down. */
  public boolean isOpen() {
    return failures >= FAILURES;
  }
}
