package dev.parley.producer;

import java.util.concurrent.CountDownLatch;

/**
 * Tells a {@link Speaker} to stop: given by whoever hears the StopCapture of the turn (C21), or by
 * the user (C22). From any thread; once given it stays given.
 */
public final class StopSignal {
  private final CountDownLatch given = new CountDownLatch(1);

  /** Stop speaking. */
  public void stop() {
    given.countDown();
  }

  /** Whether to stop. */
  public boolean isStopped() {
    return given.getCount() == 0;
  }

  CountDownLatch latch() {
    return given;
  }
}
