package dev.parley.demo.broker;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

/**
 * Work that an interrupt would spoil. Kafka reads and writes files on the thread that starts or
 * stops a broker; an interrupt closes such a file, and a broker that loses a file ends the process.
 * So the work has a thread of its own, and an interrupt of the caller is kept until it is done.
 */
final class Undisturbed {
  private Undisturbed() {}

  /** Does this; back when it is done. */
  static void run(String thread, Runnable work) {
    try {
      var _ = call(thread, Executors.callable(work));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Does this, and gives what it gave or threw. */
  static <T> T call(String thread, Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().name(thread).start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
