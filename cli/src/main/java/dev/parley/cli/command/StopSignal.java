package dev.parley.cli.command;

import java.util.concurrent.CountDownLatch;

/**
 * Lets a part run until the process is told to end (SIGTERM, Ctrl-C), and lets it clean up before
 * it does. Open it before the part, so that it is closed after the part.
 */
public final class StopSignal implements AutoCloseable {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch cleanedUp = new CountDownLatch(1);
  private final Thread hook;

  private StopSignal() {
    this.hook =
        new Thread(
            () -> {
              asked.countDown();
              awaitQuietly(cleanedUp);
            },
            "stop-signal");
  }

  /** Begins to listen for the signal. */
  public static StopSignal install() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** Back when the process is to end. */
  public void await() throws InterruptedException {
    asked.await();
  }

  /** Ends {@link #await}, as a signal would. */
  public void stop() {
    asked.countDown();
  }

  /** Lets the process end. */
  @Override
  public void close() {
    cleanedUp.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, which is what the hook was for.
      asked.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
