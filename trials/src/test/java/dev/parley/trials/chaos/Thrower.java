package dev.parley.trials.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Throws, in a dispatcher's process, out of one method after the other, each once. Called first
 * thing by every method that {@link ThrowingClasses} has made. A partition is left alone for a
 * while after it was hit, so that what is seen is what one failure costs. A process that is still
 * starting is left alone too: there nothing works on a partition, and a failure ends it, as it
 * should. Without any class of Parley's.
 */
public final class Thrower {
  /** What it is to throw from, a line each. */
  static final String TARGETS = "thrower.targets";

  /** What it has thrown from. */
  static final String THROWN = "thrower.thrown";

  /** Noted instead of a method when there is none left. */
  static final String OVER = "over";

  /** The name of the thread that polls. */
  private static final String POLLS = "dispatcher";

  private static final long APART_NANOS = 1_000_000_000L;
  private static final long NOT_REACHED_NANOS = 4_000_000_000L;
  private static final long PARTITION_NANOS = 35_000_000_000L;

  private static final List<String> targets = targets();
  private static final Map<String, Long> hit = new HashMap<>();
  private static long since;
  private static int next;

  /** Whether a thread of a partition's was seen. */
  private static volatile boolean started;

  /** The method that throws when it is called next; empty for none. */
  private static volatile String armed = "";

  private Thrower() {}

  private static Path folder() {
    try {
      return Path.of(Thrower.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> targets() {
    try {
      return Files.readAllLines(folder().resolve(TARGETS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A method begins. */
  public static void at(String method) {
    if (!started) {
      started = isPartitions(Thread.currentThread().getName());
    } else if (method.equals(armed)) {
      if (mayThrow(method)) {
        throwOnce(method);
      }
    } else if (System.nanoTime() - since > NOT_REACHED_NANOS) {
      arm();
    }
  }

  /**
   * The thread that polls may end the process, and does so in the open; but not for what the group
   * tells it.
   */
  private static boolean mayThrow(String method) {
    return !Thread.currentThread().getName().equals(POLLS)
        || method.startsWith("dev.parley.turnlog.Assignment.onPartitions");
  }

  private static synchronized void arm() {
    if (System.nanoTime() - since > NOT_REACHED_NANOS) {
      since = System.nanoTime();
      armed = next < targets.size() ? targets.get(next) : "";
      if (next++ == targets.size()) {
        note(OVER);
      }
    }
  }

  private static synchronized void throwOnce(String method) {
    long now = System.nanoTime();
    String thread = Thread.currentThread().getName();
    Long before = hit.get(thread);
    if (!method.equals(armed) || (before != null && now - before < PARTITION_NANOS)) {
      return;
    }
    armed = "";
    // The next is armed once this much has passed.
    since = now - NOT_REACHED_NANOS + APART_NANOS;
    if (isPartitions(thread)) {
      hit.put(thread, now);
    }
    note(method + " on " + thread);
    throw new IllegalStateException("thrown out of " + method);
  }

  private static boolean isPartitions(String thread) {
    return thread.startsWith("partition-");
  }

  private static void note(String what) {
    try {
      Files.writeString(
          folder().resolve(THROWN),
          ProcessHandle.current().pid() + " " + what + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
