package dev.parley.turnlog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads stretches of a partition again: Kafka is the replay buffer. One virtual thread reads for
 * all who ask, so that many turns that begin again at once cost one pass; it has a consumer only
 * while it is asked.
 */
public final class ReplayReader implements AutoCloseable {
  /** Up to where the partition ends when it is read. */
  public static final long END = Long.MAX_VALUE;

  private static final Logger log = LoggerFactory.getLogger(ReplayReader.class);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration KEPT_OPEN = Duration.ofSeconds(2);

  /** Told what a stretch holds, on the reader's thread, which may be kept waiting. */
  public interface Listener {
    /** The next record, in order. */
    void record(ConsumerRecord<byte[], byte[]> record);

    /** Everything before {@code to} has been read; what retention has removed was left out. */
    void done(long to);
  }

  private record Stretch(long from, long to, Listener listener) {
    Stretch upTo(long end) {
      return to == END ? new Stretch(from, Math.max(from, end), listener) : this;
    }
  }

  private final TopicPartition partition;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final BlockingQueue<Stretch> asked = new LinkedBlockingQueue<>();
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), RandomGenerator.getDefault());
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /** A reader of this partition; {@code consumers} makes one that belongs to no group. */
  public ReplayReader(TopicPartition partition, Supplier<Consumer<byte[], byte[]>> consumers) {
    this.partition = partition;
    this.consumers = consumers;
    this.thread = Thread.ofVirtual().name("replay-" + partition).start(this::run);
  }

  /**
   * Reads from {@code from} up to but not including {@code to}, or {@link #END}. Any thread; never
   * waits.
   */
  public void read(long from, long to, Listener listener) {
    asked.add(new Stretch(from, to, listener));
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }

  private void run() {
    try {
      List<Stretch> stretches = new ArrayList<>();
      while (true) {
        if (stretches.isEmpty()) {
          stretches.add(asked.take());
        }
        readWhileAsked(stretches);
      }
    } catch (InterruptedException | InterruptException e) {
      // Closed.
    }
  }

  /** Leaves in the list what could not be read; whoever asked may give up by its own clock. */
  private void readWhileAsked(List<Stretch> stretches) throws InterruptedException {
    try (LogReader reader = new LogReader(consumers.get(), partition)) {
      while (!stretches.isEmpty()) {
        asked.drainTo(stretches);
        long end = stretches.stream().anyMatch(s -> s.to == END) ? reader.end() : 0;
        readAll(reader, stretches.stream().map(s -> s.upTo(end)).toList());
        stretches.clear();
        backoff.reset();
        Stretch next = asked.poll(KEPT_OPEN.toMillis(), TimeUnit.MILLISECONDS);
        if (next != null) {
          stretches.add(next);
        }
      }
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      Duration pause = backoff.next();
      log.warn(
          "reading {} again failed, once more in {} ms: {}",
          partition,
          pause.toMillis(),
          e.toString());
      boolean _ = closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static void readAll(LogReader reader, List<Stretch> stretches) {
    long from = stretches.stream().mapToLong(Stretch::from).min().orElseThrow();
    long to = stretches.stream().mapToLong(Stretch::to).max().orElseThrow();
    reader.read(
        from,
        to,
        LIMIT,
        record -> {
          for (Stretch stretch : stretches) {
            if (record.offset() >= stretch.from && record.offset() < stretch.to) {
              stretch.listener.record(record);
            }
          }
        });
    stretches.forEach(stretch -> stretch.listener.done(stretch.to));
  }
}
