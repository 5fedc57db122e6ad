package dev.parley.dispatcher.cic;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a device's downchannel may be opened again (C4, C6). One that has lived is opened again at
 * once. One that never said Hello is tried again after a while, longer each time; so is one that
 * keeps ending soon after its Hello, as it does where two clients show the same token. Pure: time
 * is passed in, in nanoseconds of a clock that is never stepped. Not safe for use by several
 * threads.
 */
final class ReopenDelay {
  /** CIC takes a client that opens downchannels in quick succession for a broken one (C4). */
  private static final long APART = Duration.ofMillis(250).toNanos();

  /** A downchannel that was open for so long was well. */
  static final long LIVED = Duration.ofSeconds(10).toNanos();

  /** So many that ended sooner are bad luck. */
  private static final int SHORT_LIVES = 2;

  private static final long FIRST = Duration.ofMillis(250).toNanos();
  private static final long FIRST_AFTER_SHORT_LIVES = Duration.ofSeconds(10).toNanos();
  private static final long MOST = Duration.ofSeconds(30).toNanos();

  /** The most that a turn is made to wait for the next opening. */
  private static final long MOST_WITH_TURN = Duration.ofSeconds(1).toNanos();

  private static final long MOST_WITH_TURN_AFTER_SHORT_LIVES = Duration.ofSeconds(2).toNanos();
  private static final int MOST_DOUBLINGS = 7;

  /** Nobody is made to wait longer than this, whatever CIC asks for. */
  private static final long MOST_ASKED_MILLIS = Duration.ofMinutes(5).toMillis();

  /** How far the last one has come. */
  private enum Last {
    NONE,
    OPENING,
    UP,
    ENDED
  }

  private Last last = Last.NONE;
  private boolean isOpened;
  private long openedNanos;
  private long upNanos;
  private boolean hasEnded;
  private int failures;
  private int shortLives;

  /** From when on the next may be opened, unless {@link #APART} says later. */
  private long nextNanos;

  private long nextWithTurnNanos;

  /** One is being opened. */
  void opens(long now) {
    isOpened = true;
    openedNanos = now;
    last = Last.OPENING;
  }

  /** It has said Hello. */
  void hello(long now) {
    last = Last.UP;
    upNanos = now;
    failures = 0;
  }

  /**
   * It has come to its end, or was left.
   *
   * @param atLeast what CIC asked for
   * @param random for the jitter
   */
  void ended(long now, Duration atLeast, RandomGenerator random) {
    if (isUp() && now - upNanos >= LIVED) {
      shortLives = 0;
      waits(now, 0, 0);
    } else if (isUp()) {
      shortLives++;
      long wait = ofShortLives(random);
      waits(now, wait, Math.min(wait, MOST_WITH_TURN_AFTER_SHORT_LIVES));
    } else {
      failures++;
      long most = doubled(FIRST, failures - 1);
      long wait = random.nextLong(most / 2, most + 1);
      waits(now, wait, Math.min(wait, MOST_WITH_TURN));
    }
    last = Last.ENDED;
    hasEnded = true;
    long asked = now + Math.min(atLeast.toMillis(), MOST_ASKED_MILLIS) * 1_000_000;
    nextNanos = Math.max(nextNanos, asked);
    nextWithTurnNanos = Math.max(nextWithTurnNanos, asked);
  }

  /** It was left for no reason of the device's own. */
  void left() {
    last = Last.ENDED;
  }

  private void waits(long now, long nanos, long nanosWithTurn) {
    nextNanos = now + nanos;
    nextWithTurnNanos = now + nanosWithTurn;
  }

  private long ofShortLives(RandomGenerator random) {
    if (shortLives <= SHORT_LIVES) {
      return 0;
    }
    long wait = doubled(FIRST_AFTER_SHORT_LIVES, shortLives - SHORT_LIVES - 1);
    return random.nextLong(wait / 5 * 4, wait / 5 * 6);
  }

  private static long doubled(long first, int times) {
    return Math.min(MOST, first << Math.min(times, MOST_DOUBLINGS));
  }

  /** How long until the next may be opened; 0 or less when it may. */
  long nanosUntilNext(long now, boolean hasOpenTurn) {
    long wait = hasEnded ? (hasOpenTurn ? nextWithTurnNanos : nextNanos) - now : 0;
    return isOpened ? Math.max(wait, openedNanos + APART - now) : wait;
  }

  /** Whether one is open. */
  boolean isUp() {
    return last == Last.UP;
  }

  /** Whether one is being opened and has not said Hello. */
  boolean isOpening() {
    return last == Last.OPENING;
  }
}
