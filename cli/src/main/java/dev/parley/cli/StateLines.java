package dev.parley.cli;

import dev.parley.turnlog.Trouble;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What to say of a part's state, and when: that it waits and why, every so often that it still
 * does, and that it is ready. Told the time; one thread.
 */
final class StateLines {
  /** A wait that is over sooner is nobody's matter. */
  private static final long UNTOLD = Duration.ofSeconds(1).toNanos();

  private static final long EVERY = Duration.ofSeconds(10).toNanos();

  /** The reasons of this wait that were told; a new one is told at once. */
  private final Set<String> told = new HashSet<>();

  private boolean everReady;
  private boolean waiting;
  private long since;
  private long lastTold;

  /** A line for the log. */
  record Line(String text, boolean ready) {}

  /**
   * Looks at the state; at least once a second.
   *
   * @param nanos the time, as {@link System#nanoTime} has it
   */
  Optional<Line> look(Optional<Trouble> trouble, long nanos) {
    return trouble.isEmpty() ? ready(nanos) : waits(trouble.get(), nanos);
  }

  private Optional<Line> ready(long nanos) {
    boolean news = everReady ? waiting && !told.isEmpty() : true;
    String after = told.isEmpty() ? "" : " after " + seconds(nanos - since);
    everReady = true;
    waiting = false;
    told.clear();
    return news ? Optional.of(new Line("ready" + after, true)) : Optional.empty();
  }

  private Optional<Line> waits(Trouble trouble, long nanos) {
    if (!waiting) {
      waiting = true;
      since = nanos;
    }
    if (nanos - since < UNTOLD) {
      return Optional.empty();
    }
    boolean first = told.isEmpty();
    if (!told.add(trouble.why()) && nanos - lastTold < EVERY) {
      return Optional.empty();
    }
    lastTold = nanos;
    String state =
        switch (trouble) {
          case Trouble.Waiting _ -> "not ready";
          case Trouble.Dead _ -> "not live";
        };
    String lasting = first ? "" : " for " + seconds(nanos - since);
    return Optional.of(new Line(state + lasting + ": " + trouble.why(), false));
  }

  private static String seconds(long nanos) {
    return Duration.ofNanos(nanos).toSeconds() + " s";
  }
}
