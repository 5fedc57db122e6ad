package dev.parley.turnlog;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that polls, and all that it does in one round: it carries out what workers want,
 * commits what they say, polls, and hands them what it has read. The consumer is its own, and
 * closed by it. What other threads may call says so.
 */
final class PollThread {
  private static final Logger log = LoggerFactory.getLogger(PollThread.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration STOPPED = Duration.ofSeconds(2);

  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private final WakeUp wakeUp;
  private final HeldPartitions partitions;
  private final Commits commits;
  private final Assignment assignment;
  private final LoopTrouble trouble;
  private final Thread thread;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile List<PartitionState> states = List.of();

  PollThread(
      String name,
      String topic,
      Consumer<byte[], byte[]> consumer,
      WakeUp wakeUp,
      HeldPartitions partitions,
      Commits commits,
      Assignment assignment,
      LoopTrouble trouble) {
    this.topic = topic;
    this.consumer = consumer;
    this.wakeUp = wakeUp;
    this.partitions = partitions;
    this.commits = commits;
    this.assignment = assignment;
    this.trouble = trouble;
    this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
  }

  // ---------------------------------------------------------------------------- other threads

  void start() {
    thread.start();
  }

  /** How each partition held stands, as of a second ago at most. */
  List<PartitionState> states() {
    return states;
  }

  /** Tells it to end, with a last commit. */
  void stop() {
    trouble.stopping();
    wakeUp.wake();
  }

  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  // ---------------------------------------------------------------------------- the thread itself

  private void run() {
    try {
      consumer.subscribe(List.of(topic), assignment);
      while (!trouble.isStopping()) {
        pollOnce();
      }
      assignment.stop(STOPPED);
    } catch (RuntimeException | Error e) {
      trouble.failed(e);
      log.error("{}: the poll thread ends: {}", thread.getName(), e, e);
      assignment.fail();
    } finally {
      assignment.end();
      states = List.of();
      try {
        consumer.close(CloseOptions.timeout(STOPPED));
      } catch (RuntimeException | Error e) {
        // Whoever waits for the end must hear of it.
        log.warn("{}: closing the consumer: {}", thread.getName(), e.toString());
      }
      ended.countDown();
    }
  }

  private void pollOnce() {
    partitions.adjustChanged();
    commitIfDue();
    partitions.route(poll());
    trouble.polled();
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    wakeUp.polls(true);
    try {
      // What changed before the flag stood has woken nobody.
      partitions.adjustChanged();
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      trouble.polls().passed();
      return records;
    } catch (WakeupException e) {
      // Somebody has something for this thread.
    } catch (RetriableException e) {
      log.warn("{}: poll: {}", thread.getName(), e.getMessage());
      LockSupport.parkNanos(POLL.toNanos());
    } catch (KafkaException e) {
      trouble.polls().met(e);
    } finally {
      wakeUp.polls(false);
    }
    return ConsumerRecords.empty();
  }

  private void commitIfDue() {
    if (commits.areDue()) {
      partitions.adoptOrphans();
      states = partitions.states(System.nanoTime());
      commits.send(partitions.commits());
    }
  }
}
