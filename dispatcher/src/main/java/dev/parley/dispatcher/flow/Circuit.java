package dev.parley.dispatcher.flow;

/**
 * Whether CIC is there, as far as the last turns have told. After three failures in a row to reach
 * it, or five answers in a row that only say that it is away (502, 503, 504: what a load balancer
 * without a server behind it says), turns wait rather than burn their tries, and one at a time goes
 * ahead to see. Shared by the partitions of a dispatcher. Pure; one thread, but for {@link
 * #isOpen}.
 */
public final class Circuit {
  private static final int FAILURES = 3;

  /** More than the tries of one turn, which may be the only one that CIC does not want. */
  private static final int REFUSALS = 5;

  private static final long WAIT_MILLIS = 1_000;

  private volatile int failures;
  private volatile int refusals;
  private long trialAt;

  /** Whether a turn may go ahead now; if CIC is away it is the one that tries. */
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

  /** CIC, or what stands before it, has answered that it is away. */
  void refused(long now) {
    refusals = Math.min(refusals + 1, REFUSALS);
    trialAt = now + WAIT_MILLIS;
  }

  /** CIC was reached; whether it serves turns is not known yet. */
  void reached() {
    failures = 0;
  }

  /** CIC serves turns. */
  void served() {
    failures = 0;
    refusals = 0;
  }

  /** Whether CIC counts as away. */
  public boolean isOpen() {
    return failures >= FAILURES || refusals >= REFUSALS;
  }
}
