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
 * <p>Immutable: each {@link Sign} makes a new one. The partitions of a dispatcher share the last.
 *
 * @param failures to reach it, in a row
 * @param refusals since it took a request that was made after the first of them
 * @param refusedSince when the first of these came, in epoch milliseconds
 * @param pending requests since then that were not refused: a refusal comes quicker than success
 * @param trialAt when the next turn may go ahead to see, in epoch milliseconds
 */
public record Circuit(int failures, long refusals, long refusedSince, long pending, long trialAt) {
  /** Nothing is known against CIC. */
  public static final Circuit CLOSED = new Circuit(0, 0, 0, 0, 0);

  private static final int FAILURES = 3;

  /** More than the tries of one turn, which may be the only one that CIC does not want. */
  private static final int REFUSALS = 5;

  private static final long WAIT_MILLIS = 1_000;

  /** What a turn shows of CIC. Times are in epoch milliseconds. */
  public sealed interface Sign {
    /** CIC could not be reached. */
    record Failed(long atMillis) implements Sign {}

    /** A request is on its way: CIC can be reached. */
    record Reached() implements Sign {}

    /** CIC, or what stands before it, has answered that it is away. */
    record Refused(long atMillis) implements Sign {}

    /** CIC has taken a request that was made at {@code requestedMillis}. */
    record Served(long requestedMillis) implements Sign {}
  }

  /** What is known of CIC after this sign. */
  public Circuit after(Sign sign) {
    return switch (sign) {
      case Sign.Failed failed ->
          new Circuit(
              Math.min(failures + 1, FAILURES),
              refusals,
              refusedSince,
              pending,
              failed.atMillis + WAIT_MILLIS);
      case Sign.Reached _ ->
          new Circuit(0, refusals, refusedSince, refusals > 0 ? pending + 1 : pending, trialAt);
      case Sign.Refused refused ->
          refusals == 0
              ? refused(refused.atMillis, refused.atMillis, 0)
              : refused(refused.atMillis, refusedSince, Math.max(0, pending - 1));
      case Sign.Served served ->
          new Circuit(
              0,
              served.requestedMillis >= refusedSince ? 0 : refusals,
              refusedSince,
              pending,
              trialAt);
    };
  }

  private Circuit refused(long now, long since, long others) {
    return new Circuit(failures, refusals + 1, since, others, now + WAIT_MILLIS);
  }

  /** Whether CIC counts as away. */
  public boolean isOpen() {
    return failures >= FAILURES || (refusals >= REFUSALS && pending <= refusals);
  }

  /** Whether a turn may go ahead now; if CIC is away it is the one that tries. */
  public boolean admits(long nowMillis) {
    return !isOpen() || nowMillis >= trialAt;
  }

  /** A turn goes ahead to see now. */
  public Circuit tried(long nowMillis) {
    return new Circuit(failures, refusals, refusedSince, pending, nowMillis + WAIT_MILLIS);
  }
}
