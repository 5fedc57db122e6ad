package dev.parley.turnlog;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds whether Kafka still answers and has the topics, so that a part says it
 * before anybody's work tells it. Any thread.
 */
public final class KafkaWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KafkaWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(3);

  /** For one look; a part that works is not called unready because Kafka thinks for a moment. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What it asks Kafka; blocks. */
  @FunctionalInterface
  interface Question {
    /** How many partitions each of the topics has. */
    int partitions(Duration within) throws StartException;
  }

  private final Question question;
  private final Runnable atEnd;
  private final int partitions;
  private final Duration every;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile Optional<Trouble> trouble = Optional.empty();

  private KafkaWatch(Question question, Runnable atEnd, int partitions, Duration every) {
    this.question = question;
    this.atEnd = atEnd;
    this.partitions = partitions;
    this.every = every;
    this.thread = Thread.ofVirtual().name("kafka-watch").unstarted(this::run);
  }

  /**
   * Begins to look.
   *
   * @param topics has found them all before; closed with the watch
   * @param partitions how many each of them had then
   */
  public static KafkaWatch start(TopicCheck topics, int partitions) {
    return start(topics::partitionsAgain, topics::close, partitions, EVERY);
  }

  /** The same of whom it asks, {@code atEnd} being run when it is closed and asks no more. */
  static KafkaWatch start(Question question, Runnable atEnd, int partitions, Duration every) {
    KafkaWatch watch = new KafkaWatch(question, atEnd, partitions, every);
    watch.thread.start();
    return watch;
  }

  /** What the last look has found; empty when all was well. */
  public Optional<Trouble> trouble() {
    return trouble;
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }

  private void run() {
    try {
      while (!closed.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
        trouble = look();
      }
    } catch (InterruptedException e) {
      // Closed.
    } finally {
      atEnd.run();
    }
  }

  private Optional<Trouble> look() {
    try {
      int found = question.partitions(PATIENCE);
      return found == partitions
          ? Optional.empty()
          : Optional.of(
              new Trouble.Waiting(
                  "Parley's topics have %d partitions now and had %d when this part started: restart it, after all others have drained"
                      .formatted(found, partitions)));
    } catch (StartException e) {
      return Optional.of(e.trouble());
    } catch (RuntimeException | Error e) {
      Optional<Trouble> unasked = Optional.of(new Trouble.Waiting("Kafka cannot be asked: " + e));
      if (closed.getCount() > 0 && !unasked.equals(trouble)) {
        log.error("Kafka cannot be asked, it is tried again: {}", e.toString(), e);
      }
      return unasked;
    }
  }
}
