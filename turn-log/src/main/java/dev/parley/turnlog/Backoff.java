package dev.parley.turnlog;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: longer each time, up to a limit, and never the same for
 * two, so that those who failed together do not come back together. One thread.
 */
public final class Backoff {
  private final Duration first;
  private final Duration limit;
  private final RandomGenerator random;
  private int failures;

  /**
   * Between {@code first} and twice that at first.
   *
   * @param limit no wait is longer
   */
  public Backoff(Duration first, Duration limit, RandomGenerator random) {
    this.first = first;
    this.limit = limit;
    this.random = random;
  }

  /** After one more failure: between a half and all of what the failures so far make due. */
  public Duration next() {
    long due = Math.min(first.toMillis() << Math.min(++failures, 20), limit.toMillis());
    return Duration.ofMillis(due / 2 + random.nextLong(due / 2 + 1));
  }

  /** After a success. */
  public void reset() {
    failures = 0;
  }
}
