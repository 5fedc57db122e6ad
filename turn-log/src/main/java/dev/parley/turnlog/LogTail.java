package dev.parley.turnlog;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what is appended to partitions, for all of a process with one consumer, which belongs to no
 * group. A virtual thread of its own reads; after whatever fails it goes on with another consumer.
 */
public final class LogTail implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogTail.class);
  private static final Duration POLL = Duration.ofMillis(100);

  /** After each read: several records come for the price of one. */
  private static final Duration PACE = Duration.ofMillis(10);

  /** Told what stands in a partition, on the tail's thread; must not block. */
  public interface Follower {
    /**
     * The next records, in order.
     *
     * @param next everything before this offset has been told
     */
    void read(List<ConsumerRecord<byte[], byte[]>> records, long next);

    /** Nothing is told any more: what should come next is not there, or the follower has thrown. */
    void broken(String why);
  }

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Followed followed = new Followed();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), RandomGenerator.getDefault());
  private final Thread thread;
  private int failures;

  private LogTail(String name, Supplier<Consumer<byte[], byte[]>> consumers) {
    this.consumers = consumers;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  /**
   * Starts to read.
   *
   * @param name of the thread
   * @param consumers makes one that says so when an offset is not there ({@link
   *     KafkaSettings#tail})
   */
  public static LogTail start(String name, Supplier<Consumer<byte[], byte[]>> consumers) {
    LogTail tail = new LogTail(name, consumers);
    tail.thread.start();
    return tail;
  }

  /** Reads the partition on from {@code from}, until what is returned is closed. Any thread. */
  public Following follow(TopicPartition partition, long from, Follower follower) {
    return followed.add(partition, from, follower);
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }

  private void run() {
    try {
      while (closed.getCount() > 0) {
        followed.awaitAny();
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
          readWhileFollowed(consumer);
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

  private void readWhileFollowed(Consumer<byte[], byte[]> consumer) throws InterruptedException {
    WakeUp wakeUp = new WakeUp(consumer);
    Followed.Reading reading = followed.new Reading(consumer, wakeUp::wake);
    while (closed.getCount() > 0 && reading.adjust()) {
      ConsumerRecords<byte[], byte[]> records = poll(consumer, wakeUp, reading);
      reading.tell(records);
      if (failures > 0) {
        log.info("{} reads on, after {} tries that failed", thread.getName(), failures);
        failures = 0;
        backoff.reset();
      }
      if (!records.isEmpty() && closed.await(PACE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private static ConsumerRecords<byte[], byte[]> poll(
      Consumer<byte[], byte[]> consumer, WakeUp wakeUp, Followed.Reading reading) {
    wakeUp.polls(true);
    try {
      return consumer.poll(POLL);
    } catch (WakeupException e) {
      return ConsumerRecords.empty();
    } catch (InvalidOffsetException e) {
      reading.broken(e.partitions(), "what should come next in the log is not there: " + e);
      return ConsumerRecords.empty();
    } finally {
      wakeUp.polls(false);
    }
  }

  private void awaitNextTry(Throwable cause) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (failures++ == 0) {
      log.warn("{} can't read on yet: {}", thread.getName(), cause.toString(), cause);
    }
    boolean _ = closed.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
  }
}
