package dev.parley.trials.chaos;

import dev.parley.cli.command.CommandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Has a history checked again and again while it happens, so that it can be told since when the
 * checker has known of what is wrong. A virtual thread of its own.
 */
final class Watch implements AutoCloseable {
  private static final int EVERY_MILLIS = 500;

  private final ChaosRun run;
  private final Injector injector;
  private final List<Look> looks = new ArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  private record Look(long millis, Set<Violation> wrong) {}

  Watch(ChaosRun run, Injector injector) {
    this.run = run;
    this.injector = injector;
    this.thread = Thread.ofVirtual().name("watch").start(this::look);
  }

  private void look() {
    try {
      while (!stop.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        History history = run.soFar(injector);
        long now = System.currentTimeMillis();
        add(new Look(now, Set.copyOf(wrong(history))));
      }
    } catch (CommandException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void add(Look look) {
    looks.add(look);
    notifyAll();
  }

  /** Back when something is known of each, or the time is up. */
  synchronized void awaitKnown(Duration limit, List<Predicate<Violation>> each)
      throws InterruptedException {
    long until = System.nanoTime() + limit.toNanos();
    long left = limit.toMillis();
    while (left > 0 && !each.stream().allMatch(what -> knownSince(what).isPresent())) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
    }
  }

  private static List<Violation> wrong(History history) {
    return Assessment.of(
            new Charges(history), HistoryChecker.check(history).violations(), KnownFault.ALL)
        .violations();
  }

  /**
   * When one of those was first seen that are seen at last, and were ever since: what is merely
   * under way looks wrong for a moment.
   */
  synchronized Optional<Long> knownSince(Predicate<Violation> what) {
    if (looks.isEmpty()) {
      return Optional.empty();
    }
    return looks.getLast().wrong().stream().filter(what).map(this::since).min(Long::compare);
  }

  private long since(Violation violation) {
    long since = looks.getLast().millis();
    for (Look look : looks.reversed()) {
      if (!look.wrong().contains(violation)) {
        break;
      }
      since = look.millis();
    }
    return since;
  }

  /** Ends it; what it has seen can be asked for then. */
  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
