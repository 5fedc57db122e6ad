package dev.parley.cli.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command run until the process is told to end (SIGTERM, Ctrl-C), and lets it clean up
 * before it does. Open it first, so that it is closed last. At first a signal ends the process at
 * once; from {@link #interruptible} on it interrupts the command; from {@link #finishing} on the
 * command is left alone to finish.
 */
public final class StopSignal implements AutoCloseable {
  /** Parts have time-outs of their own; this is for what hangs in spite of them. */
  private static final Duration CLEAN_UP_WITHIN = Duration.ofSeconds(60);

  private enum Manner {
    END_AT_ONCE,
    INTERRUPT,
    LET_FINISH
  }

  private final Thread owner = Thread.currentThread();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch cleanedUp = new CountDownLatch(1);
  private final Thread hook = new Thread(this::signalled, "stop-signal");
  private volatile Manner manner = Manner.END_AT_ONCE;

  private StopSignal() {}

  /** Begins to listen for the signal, on behalf of this thread. */
  public static StopSignal install() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** A signal interrupts this command, which then cleans up. */
  public void interruptible() {
    manner = Manner.INTERRUPT;
  }

  /** A signal waits until this command has cleaned up. */
  public void finishing() {
    manner = Manner.LET_FINISH;
  }

  /** Back when the process is to end; {@link #finishing} from now on. */
  public void await() throws InterruptedException {
    finishing();
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

  private void signalled() {
    asked.countDown();
    switch (manner) {
      case END_AT_ONCE -> {
        return;
      }
      case INTERRUPT -> owner.interrupt();
      case LET_FINISH -> {
        // It looks at the signal itself.
      }
    }
    try {
      boolean _ = cleanedUp.await(CLEAN_UP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
