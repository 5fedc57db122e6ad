package dev.parley.turnlog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that the group has given to this process, each with its worker: what is read goes
 * to them, and whether more is read follows from what they can take. The poll thread's, but for
 * what says otherwise; nothing here waits, but for {@link #takeAway} within its limit.
 */
final class HeldPartitions {
  private static final Logger log = LoggerFactory.getLogger(HeldPartitions.class);
  private static final int TAKE_OVERS = 8;

  private final Consumer<byte[], byte[]> consumer;
  private final PartitionWorker.Shared shared;
  private final Map<TopicPartition, HeldPartition> held = new HashMap<>();
  private final ConcurrentLinkedQueue<PartitionWorker> changed = new ConcurrentLinkedQueue<>();

  private final ReadAhead readAhead;

  /** As partitions know it. */
  private ReadAhead.Room room = ReadAhead.Room.ROOMY;

  private final LeavingWorkers leaving = new LeavingWorkers();

  /**
   * None are held yet.
   *
   * @param firstPause before a second try to take one over
   * @param wakeUp ends a poll that is under way; called by any thread
   */
  HeldPartitions(
      Consumer<byte[], byte[]> consumer,
      PartitionOwner.Factory owners,
      CommittedOffsets offsets,
      Duration firstPause,
      FailureCounts failures,
      ReadAhead readAhead,
      Runnable wakeUp) {
    this.consumer = consumer;
    this.readAhead = readAhead;
    this.shared =
        new PartitionWorker.Shared(
            owners,
            offsets,
            new Semaphore(TAKE_OVERS, true),
            firstPause,
            failures,
            readAhead,
            worker -> {
              changed.add(worker);
              wakeUp.run();
            },
            leaving::ended);
  }

  Set<TopicPartition> ids() {
    return Set.copyOf(held.keySet());
  }

  /** How many are being finished that were taken away. Any thread. */
  int leaving() {
    return leaving.size();
  }

  /** Waits for them; those that are not done by then are told to end. Any thread. */
  void awaitLeavers(long deadlineNanos) throws InterruptedException {
    leaving.awaitEnd(deadlineNanos);
  }

  void assign(Collection<TopicPartition> partitions) {
    consumer.pause(partitions);
    for (TopicPartition partition : partitions) {
      PartitionWorker worker = new PartitionWorker(partition, shared);
      held.put(partition, new HeldPartition(worker));
      worker.start();
    }
  }

  /**
   * Partitions that are ours by the group's word and that nobody works on: they are given workers.
   */
  void adoptOrphans() {
    List<TopicPartition> orphans = new ArrayList<>(consumer.assignment());
    orphans.removeAll(held.keySet());
    if (!orphans.isEmpty()) {
      log.error("{} had been assigned, and nobody worked on them", orphans);
      shared.failures().owner();
      assign(orphans);
    }
  }

  /** Hands records to whom they belong. */
  void route(ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      HeldPartition one = held.get(partition);
      if (one == null) {
        // They are read again: no position of ours stands behind them.
        log.error("{} records of {} came, which nobody works on", records.count(), partition);
      } else {
        one.offer(records.records(partition));
        one.adjust(consumer, room);
      }
    }
  }

  /** Carries out what workers asked for since the last time. */
  void adjustChanged() {
    ReadAhead.Room now = readAhead.room();
    if (now != room) {
      room = now;
      held.values().forEach(one -> one.adjust(consumer, room));
    }
    for (PartitionWorker worker = changed.poll(); worker != null; worker = changed.poll()) {
      HeldPartition one = held.get(worker.id());
      if (one != null && one.worker() == worker) {
        one.adjust(consumer, room);
      }
    }
  }

  /** What may be committed of all that are held. */
  Map<TopicPartition, OffsetAndMetadata> commits() {
    return commits(held.keySet());
  }

  private Map<TopicPartition, OffsetAndMetadata> commits(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
    for (TopicPartition partition : partitions) {
      HeldPartition one = held.get(partition);
      if (one != null) {
        one.commit().ifPresent(commit -> commits.put(partition, commit));
      }
    }
    return commits;
  }

  /**
   * Takes partitions away from their workers.
   *
   * @param within for all of them together, to say what may be committed; of a worker that has not
   *     said it by then, what it said before is taken
   * @return what is to be committed
   */
  Map<TopicPartition, OffsetAndMetadata> takeAway(
      Collection<TopicPartition> partitions, Taken how, Duration within) {
    long deadline = System.nanoTime() + within.toNanos();
    List<PartitionWorker> taken =
        partitions.stream()
            .filter(held::containsKey)
            .map(held::get)
            .map(HeldPartition::worker)
            .toList();
    leaving.take(taken, how, deadline);
    Map<TopicPartition, OffsetAndMetadata> commits = commits(partitions);
    partitions.forEach(held::remove);
    return commits;
  }

  /** How each stands. */
  List<PartitionState> states(long now) {
    return held.entrySet().stream()
        .map(one -> one.getValue().state(consumer.currentLag(one.getKey()), now))
        .toList();
  }
}
