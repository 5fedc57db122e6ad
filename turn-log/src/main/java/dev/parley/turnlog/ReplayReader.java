package dev.parley.turnlog;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
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

    /** This listener has thrown, and is told nothing any more. */
    void failed(Throwable cause);
  }

  /** Waits for so long. */
  @FunctionalInterface
  interface Pause {
    void pause(Duration time) throws InterruptedException;
  }

  /** {@code key}: of the records that are wanted; null for all. */
  private record Stretch(@Nullable ByteBuffer key, long from, long to, Listener listener) {
    Stretch upTo(long end) {
      return to == END ? new Stretch(key, from, Math.max(from, end), listener) : this;
    }
  }

  private final TopicPartition partition;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final BlockingQueue<Stretch> asked = new LinkedBlockingQueue<>();
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), RandomGenerator.getDefault());
  private final Pause pause;
  private final Thread thread;
  private int failures;

  /** A reader of this partition; {@code consumers} makes one that belongs to no group. */
  public ReplayReader(TopicPartition partition, Supplier<Consumer<byte[], byte[]>> consumers) {
    this(partition, consumers, Thread::sleep);
  }

  /** {@code pause}: before a next try. */
  ReplayReader(
      TopicPartition partition, Supplier<Consumer<byte[], byte[]>> consumers, Pause pause) {
    this.partition = partition;
    this.consumers = consumers;
    this.pause = pause;
    this.thread = Thread.ofVirtual().name("replay-" + partition).start(this::run);
  }

  /**
   * Reads from {@code from} up to but not including {@code to}, or {@link #END}. Any thread; never
   * waits.
   */
  public void read(long from, long to, Listener listener) {
    asked.add(new Stretch(null, from, to, listener));
  }

  /** The same, of records with this key only; the key is kept, and not to be changed. */
  public void read(byte[] key, long from, long to, Listener listener) {
    asked.add(new Stretch(ByteBuffer.wrap(key), from, to, listener));
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      List<Stretch> stretches = new ArrayList<>();
      while (true) {
        if (stretches.isEmpty()) {
          stretches.add(asked.take());
        }
        try (LogReader reader = new LogReader(consumers.get(), partition)) {
          readWhileAsked(reader, stretches);
        } catch (InterruptException e) {
          throw e;
        } catch (RuntimeException | Error e) {
          awaitNextTry(e);
        }
      }
    } catch (InterruptedException | InterruptException e) {
      // Closed.
    }
  }

  /** Leaves in the list what could not be read; whoever asked may give up by its own clock. */
  private void readWhileAsked(LogReader reader, List<Stretch> stretches)
      throws InterruptedException {
    while (!stretches.isEmpty()) {
      asked.drainTo(stretches);
      long end = stretches.stream().anyMatch(s -> s.to == END) ? reader.end() : 0;
      new Pass(stretches.stream().map(s -> s.upTo(end)).toList()).read(reader);
      stretches.clear();
      if (failures > 0) {
        log.info("{} is read again, after {} tries that failed", partition, failures);
        failures = 0;
        backoff.reset();
      }
      Stretch next = asked.poll(KEPT_OPEN.toMillis(), TimeUnit.MILLISECONDS);
      if (next != null) {
        stretches.add(next);
      }
    }
  }

  private void awaitNextTry(Throwable cause) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (failures++ == 0) {
      log.warn("{} can't be read again yet: {}", partition, cause.toString());
    }
    pause.pause(backoff.next());
  }

  /** One reading for several who asked. */
  private static final class Pass {
    private final List<Stretch> stretches;
    private final List<Stretch> ofAll = new ArrayList<>();
    private final Map<ByteBuffer, List<Stretch>> byKey = new HashMap<>();
    private final Set<Listener> failed = new HashSet<>();

    Pass(List<Stretch> stretches) {
      this.stretches = stretches;
      for (Stretch stretch : stretches) {
        (stretch.key == null ? ofAll : byKey.computeIfAbsent(stretch.key, key -> new ArrayList<>()))
            .add(stretch);
      }
    }

    void read(LogReader reader) {
      long from = stretches.stream().mapToLong(Stretch::from).min().orElseThrow();
      long to = stretches.stream().mapToLong(Stretch::to).max().orElseThrow();
      reader.read(from, to, LIMIT, this::record);
      stretches.forEach(stretch -> tell(stretch, () -> stretch.listener.done(stretch.to)));
    }

    private void record(ConsumerRecord<byte[], byte[]> record) {
      tell(ofAll, record);
      if (record.key() != null) {
        tell(byKey.getOrDefault(ByteBuffer.wrap(record.key()), List.of()), record);
      }
    }

    private void tell(List<Stretch> wanted, ConsumerRecord<byte[], byte[]> record) {
      for (Stretch stretch : wanted) {
        if (record.offset() >= stretch.from && record.offset() < stretch.to) {
          tell(stretch, () -> stretch.listener.record(record));
        }
      }
    }

    /** One that throws is no other's matter. */
    private void tell(Stretch stretch, Runnable what) {
      if (failed.contains(stretch.listener)) {
        return;
      }
      try {
        what.run();
      } catch (InterruptException e) {
        throw e;
      } catch (RuntimeException | Error e) {
        failed.add(stretch.listener);
        stretch.listener.failed(e);
      }
    }
  }
}
