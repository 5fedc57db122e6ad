package dev.parley.turnlog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
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
 * while it reads.
 */
public final class ReplayReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReplayReader.class);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Told what a stretch holds, on the reader's thread. */
  public interface Listener {
    /** The next record, in order. */
    void record(ConsumerRecord<byte[], byte[]> record);

    /** The stretch has been read; what retention has removed was left out. */
    void done();
  }

  private record Stretch(long from, long to, Listener listener) {}

  private final TopicPartition partition;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final BlockingQueue<Stretch> asked = new LinkedBlockingQueue<>();
  private final Thread thread;

  /** A reader of this partition; {@code consumers} makes one that belongs to no group. */
  public ReplayReader(TopicPartition partition, Supplier<Consumer<byte[], byte[]>> consumers) {
    this.partition = partition;
    this.consumers = consumers;
    this.thread = Thread.ofVirtual().name("replay-" + partition).start(this::run);
  }

  /** Reads from {@code from} up to but not including {@code to}. Any thread; never waits. */
  public void read(long from, long to, Listener listener) {
    asked.add(new Stretch(from, to, listener));
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        List<Stretch> stretches = new ArrayList<>();
        stretches.add(asked.take());
        asked.drainTo(stretches);
        while (!readAll(stretches)) {
          // Kafka is away; whoever asked gives up by its own clock.
        }
      }
    } catch (InterruptedException | InterruptException e) {
      // Closed.
    }
  }

  private boolean readAll(List<Stretch> stretches) throws InterruptedException {
    long from = stretches.stream().mapToLong(Stretch::from).min().orElseThrow();
    long to = stretches.stream().mapToLong(Stretch::to).max().orElseThrow();
    try (LogReader reader = new LogReader(consumers.get(), partition)) {
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
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      log.warn(
          "reading {} again from {} to {} failed, once more: {}",
          partition,
          from,
          to,
          e.toString());
      return false;
    }
    stretches.forEach(stretch -> stretch.listener.done());
    return true;
  }
}
