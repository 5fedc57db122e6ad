package dev.parley.turnlog;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the brokers' clocks are from this machine's, as acknowledged appends tell: the broker's
 * time of each lies between sending and acknowledgement, or a clock is wrong. How old a turn is
 * follows from both, so a clock that is wrong makes every turn expire, or none. Any thread.
 */
public final class BrokerClock {
  private static final Logger log = LoggerFactory.getLogger(BrokerClock.class);
  private static final long ALARM_MILLIS = 5_000;

  /** One of several brokers may be the one with the wrong clock. */
  private static final long STANDS_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanos;
  private long aheadMillis;
  private long seenNanos;
  private boolean alarmed;

  /** One that has seen nothing yet. */
  public BrokerClock() {
    this(System::nanoTime);
  }

  BrokerClock(LongSupplier nanos) {
    this.nanos = nanos;
    this.seenNanos = nanos.getAsLong();
  }

  /**
   * An append was acknowledged.
   *
   * @param sentMillis when it was sent, by this machine's clock
   * @param acknowledgedMillis when that was heard, by this machine's clock
   * @param appendedMillis when it was appended, by the broker's; not over 0 when it did not say
   */
  void appended(long sentMillis, long acknowledgedMillis, long appendedMillis) {
    if (appendedMillis > 0) {
      seen(
          Math.max(0, appendedMillis - acknowledgedMillis)
              - Math.max(0, sentMillis - appendedMillis));
    }
  }

  private synchronized void seen(long ahead) {
    long now = nanos.getAsLong();
    if (Math.abs(ahead) < Math.abs(aheadMillis) && now - seenNanos < STANDS_NANOS) {
      return;
    }
    aheadMillis = ahead;
    seenNanos = now;
    boolean isWrong = Math.abs(ahead) >= ALARM_MILLIS;
    if (isWrong && !alarmed) {
      log.error(
          "a Kafka broker's clock is {} s {} this machine's: turns count as older or younger than they are; one of the two is wrong",
          TimeUnit.MILLISECONDS.toSeconds(Math.abs(ahead)),
          ahead > 0 ? "ahead of" : "behind");
    } else if (!isWrong && alarmed) {
      log.info("Kafka's clocks and this machine's agree again");
    }
    alarmed = isWrong;
  }

  /**
   * How far a broker is ahead at least, the furthest of the last minute, in milliseconds; below 0
   * when it is behind.
   */
  public synchronized long aheadMillis() {
    return aheadMillis;
  }
}
