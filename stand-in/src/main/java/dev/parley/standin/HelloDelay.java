package dev.parley.standin;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long after a downchannel's response headers its Hello comes: any time from {@code least} to
 * {@code most}, both included, in milliseconds.
 */
public record HelloDelay(Duration least, Duration most) {
  /** 50 to 150 ms: long enough that a client which does not wait for Hello is found out (C3). */
  public static final HelloDelay DEFAULT =
      new HelloDelay(Duration.ofMillis(50), Duration.ofMillis(150));

  public HelloDelay {
    if (least.isNegative() || least.compareTo(most) > 0) {
      throw new IllegalArgumentException("not 0 <= least <= most: " + least + ", " + most);
    }
  }

  static HelloDelay of(Duration delay) {
    return new HelloDelay(delay, delay);
  }

  long pickMillis(RandomGenerator random) {
    return random.nextLong(least.toMillis(), most.toMillis() + 1);
  }
}
