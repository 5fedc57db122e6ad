package dev.parley.turnlog;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a worker still holds its partition, and if not, how that was taken away. Any thread takes
 * it away and does not wait for the worker, whose thread is interrupted where it has said that it
 * may be.
 */
final class Holding {
  private final Thread thread;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile @Nullable Taken taken;
  private boolean isInterruptible;

  /** {@code thread}: the worker's. */
  Holding(Thread thread) {
    this.thread = thread;
  }

  // ---------------------------------------------------------------------------- any thread

  /** Takes the partition away; to be lost may come after another way. */
  void end(Taken how) {
    synchronized (this) {
      taken = how;
      if (isInterruptible) {
        thread.interrupt();
      }
    }
    over.countDown();
  }

  /** How the partition was taken away; null while it is held. */
  @Nullable Taken taken() {
    return taken;
  }

  boolean lasts() {
    return taken == null;
  }

  // ---------------------------------------------------------------------------- the worker's

  /** Whether the thread is interrupted when the partition is taken away. */
  synchronized void setInterruptible(boolean now) {
    isInterruptible = now;
    if (now && taken != null) {
      thread.interrupt(); // Its end came just before.
    }
    boolean _ = !now && Thread.interrupted();
  }

  void awaitEnd() throws InterruptedException {
    over.await();
  }

  /** Waits for the end, and no longer than this. */
  void awaitEnd(long millis) throws InterruptedException {
    boolean _ = over.await(millis, TimeUnit.MILLISECONDS);
  }
}
