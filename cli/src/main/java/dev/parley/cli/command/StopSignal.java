package dev.parley.cli.command;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

  /** For the words with which a command ends: they come after it has cleaned up. */
  private static final Duration LAST_WORDS = Duration.ofMillis(200);

  private static final Set<StopSignal> OPEN = ConcurrentHashMap.newKeySet();

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
    OPEN.add(signal);
    return signal;
  }

  /**
   * Back when no command is cleaning up any more. All hooks of a process run at the same time: one
   * that takes away what a command still uses waits for this before.
   */
  public static void awaitCleanUp() throws InterruptedException {
    for (StopSignal signal : OPEN) {
      signal.awaitCleanedUp();
    }
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

  /** Whether the command has been told to end: what fails from then on may fail for that. */
  public boolean isAsked() {
    return asked.getCount() == 0;
  }

  /** Ends {@link #await}, as a signal would. */
  public void stop() {
    asked.countDown();
  }

  /** Lets the process end. */
  @Override
  public void close() {
    cleanedUp.countDown();
    OPEN.remove(this);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, which is what the hook was for.
      asked.countDown();
    }
  }

  private void signalled() {
    asked.countDown();
    try {
      switch (manner) {
        case END_AT_ONCE -> {
          // Nothing is to be cleaned up.
        }
        case INTERRUPT -> {
          owner.interrupt();
          awaitCleanedUp();
          // It says that it was interrupted, and then waits for this hook to end the process.
          boolean _ = owner.join(LAST_WORDS);
        }
        case LET_FINISH -> awaitCleanedUp(); // It looks at the signal itself.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitCleanedUp() throws InterruptedException {
    if (manner != Manner.END_AT_ONCE) {
      boolean _ = cleanedUp.await(CLEAN_UP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
