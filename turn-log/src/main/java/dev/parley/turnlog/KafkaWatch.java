package dev.parley.turnlog;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks every few seconds whether Kafka still answers and has the topics, so that a part says it
 * before anybody's work tells it. Any thread.
 */
public final class KafkaWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(3);

  /** For one look; a part that works is not called unready because Kafka thinks for a moment. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final TopicCheck topics;
  private final int partitions;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile Optional<Trouble> trouble = Optional.empty();

  private KafkaWatch(TopicCheck topics, int partitions) {
    this.topics = topics;
    this.partitions = partitions;
    this.thread = Thread.ofVirtual().name("kafka-watch").unstarted(this::run);
  }

  /**
   * Begins to look.
   *
   * @param topics has found them all before; closed with the watch
   * @param partitions how many each of them had then
   */
  public static KafkaWatch start(TopicCheck topics, int partitions) {
    KafkaWatch watch = new KafkaWatch(topics, partitions);
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
    try (topics) {
      while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        trouble = look();
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private Optional<Trouble> look() {
    try {
      int found = topics.partitionsAgain(PATIENCE);
      return found == partitions
          ? Optional.empty()
          : Optional.of(
              new Trouble.Waiting(
                  "Parley's topics have %d partitions now and had %d when this part started: restart it, after all others have drained"
                      .formatted(found, partitions)));
    } catch (StartException e) {
      return Optional.of(e.trouble());
    } catch (RuntimeException e) {
      return Optional.of(new Trouble.Waiting("Kafka cannot be asked: " + e.getMessage()));
    }
  }
}
