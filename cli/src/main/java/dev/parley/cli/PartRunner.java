package dev.parley.cli;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.StopSignal;
import dev.parley.cli.health.HealthHandler;
import dev.parley.cli.health.PartMetrics;
import dev.parley.cli.log.Logging;
import dev.parley.turnlog.Backoff;
import dev.parley.turnlog.Part;
import dev.parley.turnlog.StartException;
import dev.parley.turnlog.Trouble;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The life of a part as a process, the same for all parts: it is started until that goes well,
 * tells how it is, and is closed when the process is told to end or it has ended by itself. Only
 * what the settings alone decide ends the process at the start.
 *
 * <p>Three threads: the caller's waits for the signal, one starts the part and waits for its end,
 * one looks at its state.
 */
final class PartRunner implements AutoCloseable {
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private final String name;
  private final Logger log;
  private final StopSignal stop = StopSignal.install();
  private final PartMetrics metrics;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile Supplier<Optional<Trouble>> trouble =
      waiting("waiting for Kafka's first answer");
  private volatile @Nullable Throwable failure;

  /** Begins to listen for the signal that ends the process, on behalf of this thread. */
  PartRunner(String name) {
    this.name = name;
    // So that the lines bear the part's name.
    this.log = LoggerFactory.getLogger("dev.parley." + name);
    this.metrics = new PartMetrics(name);
  }

  /** Where the part's metrics belong. */
  MeterRegistry registry() {
    return metrics.registry();
  }

  /** Answers for the part from now on. */
  HealthHandler health() {
    return health(Map.of());
  }

  /** The same with more that is answered, by path. */
  HealthHandler health(Map<String, Supplier<ObjectNode>> more) {
    return new HealthHandler(() -> trouble.get(), metrics.registry(), more);
  }

  /**
   * Runs the part until the process is told to end; closes it.
   *
   * @param drain how long its work may go on then
   * @param does what it does and where, told when it is ready for the first time
   * @return the exit status
   * @throws CommandException when it can never start with these settings, or has failed
   */
  int run(Part part, Duration drain, String does) throws CommandException, InterruptedException {
    Thread life = Thread.ofVirtual().name(name).start(() -> live(part));
    try {
      Thread.ofVirtual().name("state").start(() -> tell(does));
      stop.await();
      if (failure == null) {
        trouble = waiting("stopping");
        log.info(
            "stopping{}",
            drain.isZero() ? "" : ": what has begun gets " + drain.toSeconds() + " s");
      }
    } finally {
      over.countDown();
      life.interrupt();
      life.join();
      part.close(drain);
    }
    Throwable why = failure;
    if (why != null) {
      throw new CommandException(
          why instanceof StartException
              ? String.valueOf(why.getMessage())
              : "the " + name + " has failed: " + Logging.inOneLine(why),
          why);
    }
    return CommandRunner.DONE;
  }

  private void live(Part part) {
    try {
      start(part);
      trouble = part::trouble;
      failure = part.awaitEnd().orElse(null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable t) {
      failure = t;
    } finally {
      stop.stop();
    }
  }

  private void start(Part part) throws StartException, InterruptedException {
    Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, RandomGenerator.getDefault());
    while (true) {
      try {
        part.start();
        return;
      } catch (StartException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        trouble =
            switch (e.trouble()) {
              case Trouble.Waiting(String why) -> waiting(why);
              case Trouble.Dead _ -> throw e;
            };
      }
      if (over.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new InterruptedException();
      }
    }
  }

  private void tell(String does) {
    StateLines lines = new StateLines();
    boolean told = false;
    try {
      while (!over.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        Optional<StateLines.Line> line = lines.look(trouble.get(), System.nanoTime());
        if (line.isEmpty()) {
          continue;
        }
        if (line.get().ready()) {
          log.info("{}{}", line.get().text(), told ? "" : ": " + does);
          told = true;
        } else {
          log.warn("{}", line.get().text());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Supplier<Optional<Trouble>> waiting(String why) {
    return () -> Optional.of(new Trouble.Waiting(why));
  }

  @Override
  public void close() {
    metrics.close();
    stop.close();
  }
}
