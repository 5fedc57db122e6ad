package dev.parley.producer;

import java.util.concurrent.TimeUnit;

/** The clock that paces speech, and the waiting for it. */
interface Time {
  /** The machine's. */
  Time SYSTEM =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void await(StopSignal stop, long nanos) throws InterruptedException {
          boolean stopped = stop.latch().await(nanos, TimeUnit.NANOSECONDS);
          assert !stopped || stop.isStopped();
        }
      };

  /** Nanoseconds since some moment. */
  long nanos();

  /** Waits this long, or until the signal is given. */
  void await(StopSignal stop, long nanos) throws InterruptedException;
}
