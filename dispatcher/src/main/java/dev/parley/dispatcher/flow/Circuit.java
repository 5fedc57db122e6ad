package dev.parley.dispatcher.flow;

/**
 * Whether CIC is there, as far as the last turns have told. Turns wait rather than burn their
 * tries, and one at a time goes ahead to see,
 *
 * <ul>
 *   <li>after three failures in a row to reach it;
 *   <li>after five refusals that only say that it is away (502, 503, 504: what a load balancer
 *       without a server behind it says), if since the first of them most requests were refused and
 *       none was taken.
 * </ul>
 *
 * <p>Shared by the partitions of a dispatcher. Pure; one thread, but for {@link #isOpen}.
 */
public final class Circuit {
  private static final int FAILURES = 3;

  /** More than the tries of one turn, which may be the only one that CIC does not want. */
  private static final int REFUSALS = 5;

  private static final long WAIT_MILLIS = 1_000;

  private int failures;
  private long refusals;
  private long refusedSince;

  /**
   * Requests since the first refusal that were not refused: a refusal comes quicker than success.
   */
  private long pending;

  private volatile boolean open;
  private long trialAt;

  /** Whether a turn may go ahead now; if CIC is away it is the one that tries. */
  synchronized boolean admits(long now) {
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
  synchronized long trialAt() {
    return trialAt;
  }

  /** CIC could not be reached. */
  synchronized void failed(long now) {
    failures = Math.min(failures + 1, FAILURES);
    trialAt = now + WAIT_MILLIS;
    look();
  }

  /** A request is on its way: CIC can be reached. */
  synchronized void reached() {
    failures = 0;
    if (refusals > 0) {
      pending++;
    }
    look();
  }

  /** CIC, or what stands before it, has answered that it is away. */
  synchronized void refused(long now) {
    if (refusals == 0) {
      refusedSince = now;
      pending = 0;
    }
    refusals++;
    pending = Math.max(0, pending - 1);
    trialAt = now + WAIT_MILLIS;
    look();
  }

  /** CIC has taken a request that was made at {@code requestedMillis}. */
  synchronized void served(long requestedMillis) {
    failures = 0;
    if (requestedMillis >= refusedSince) {
      refusals = 0;
    }
    look();
  }

  private void look() {
    open = failures >= FAILURES || (refusals >= REFUSALS && pending <= refusals);
  }

  /** Whether CIC counts as away. */
  public boolean isOpen() {
    return open;
  }
}
