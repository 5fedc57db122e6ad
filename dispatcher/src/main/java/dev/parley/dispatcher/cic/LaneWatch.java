package dev.parley.dispatcher.cic;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has all lanes looked at, again and again, by a virtual thread; until it is closed. */
final class LaneWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LaneWatch.class);

  private static final Duration EVERY = Duration.ofMillis(500);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Runnable look;

  LaneWatch(Runnable look) {
    this.look = look;
    Thread.ofVirtual().name("lanes").start(this::run);
  }

  private void run() {
    try {
      while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          look.run();
        } catch (RuntimeException e) {
          log.error("lanes could not be looked at: {}", e.toString(), e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
