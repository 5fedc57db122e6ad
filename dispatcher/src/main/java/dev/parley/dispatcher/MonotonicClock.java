package dev.parley.dispatcher;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Wall-clock time that never goes back or jumps: time-outs depend on it. Any thread. */
final class MonotonicClock implements InstantSource {
  private final LongSupplier nanos;
  private final long startMillis;
  private final long startNanos;

  MonotonicClock() {
    this(InstantSource.system(), System::nanoTime);
  }

  /**
   * {@code wall} says once what time it is; from then on time passes as {@code nanos} says, from
   * any origin.
   */
  MonotonicClock(InstantSource wall, LongSupplier nanos) {
    this.nanos = nanos;
    this.startMillis = wall.millis();
    this.startNanos = nanos.getAsLong();
  }

  @Override
  public long millis() {
    return startMillis + TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - startNanos);
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }
}
