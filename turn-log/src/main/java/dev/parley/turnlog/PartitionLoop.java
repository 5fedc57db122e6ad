package dev.parley.turnlog;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that polls a topic for a consumer group and drives a {@link PartitionOwner} for
 * each partition it is assigned. The thread never waits for anything but {@code poll}: what takes
 * time is done elsewhere and comes back by {@link OwnedPartition#post}, whose wake-up is sent only
 * while the thread polls, so that it can't break a commit.
 */
public final class PartitionLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PartitionLoop.class);

  /** Owners are asked at least this often whether something is to be done. */
  private static final Duration POLL = Duration.ofMillis(20);

  private static final long COMMIT_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LEASE_NANOS = Duration.ofSeconds(3).toNanos();

  /** A revocation must not hold up the group: what is not committed is read again, no more. */
  private static final Duration REVOKED_COMMIT = Duration.ofMillis(80);

  private static final Duration LAST_COMMIT = Duration.ofSeconds(2);

  /** A commit's answer within a second is usual; a longer wait would hold up other partitions. */
  private static final Duration TELL = Duration.ofSeconds(1);

  private static final Duration REFUSED = Duration.ofMillis(500);
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Duration NO_COMMIT = Duration.ofSeconds(15);

  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private final Duration longest;
  private final PartitionOwner.Factory factory;
  private final Thread thread;
  private final Map<TopicPartition, Owned> owned = new HashMap<>();

  /** Partitions that came with a rebalance and have no owner yet. */
  private final Set<TopicPartition> assigned = new HashSet<>();

  private final ConcurrentLinkedQueue<Completion> mailbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean polling = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Set<TopicPartition> assignment = Set.of();
  private volatile boolean everAssigned;

  /** What Kafka has said instead of answering the last poll. */
  private volatile Optional<String> refusal = Optional.empty();

  /** Why partitions that were assigned have no owner yet. */
  private volatile Optional<String> untold = Optional.empty();

  private volatile boolean stopping;
  private volatile List<PartitionState> states = List.of();
  private volatile @Nullable Throwable failure;
  private volatile long lastPollNanos = System.nanoTime();
  private volatile boolean everCommitted;
  private volatile long leaseNanos = System.nanoTime();
  private long lastCommitNanos = System.nanoTime();

  private PartitionLoop(
      String name,
      String topic,
      Consumer<byte[], byte[]> consumer,
      Duration longest,
      PartitionOwner.Factory factory) {
    this.topic = topic;
    this.longest = longest;
    this.consumer = consumer;
    this.factory = factory;
    this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
  }

  /**
   * Starts to poll.
   *
   * @param name of the thread
   * @param consumer with auto-commit off; the loop's from now on, and closed by it
   * @param longest how long one piece of work may take at most, thus how long a commit may rightly
   *     stand still
   */
  public static PartitionLoop start(
      String name,
      String topic,
      Consumer<byte[], byte[]> consumer,
      Duration longest,
      PartitionOwner.Factory factory) {
    PartitionLoop loop = new PartitionLoop(name, topic, consumer, longest, factory);
    loop.thread.start();
    return loop;
  }

  /** The partitions held now. Any thread. */
  public Set<TopicPartition> assignment() {
    return assignment;
  }

  /** Why the loop can't be relied on now; empty while all is well. Any thread. */
  public Optional<Trouble> trouble() {
    Throwable cause = failure;
    if (cause != null) {
      return Optional.of(new Trouble.Dead("the poll thread has ended: " + cause));
    }
    if (stopping) {
      return Optional.of(new Trouble.Waiting("stopping"));
    }
    if (System.nanoTime() - lastPollNanos > SILENCE.toNanos()) {
      return Optional.of(
          new Trouble.Dead(
              "the poll thread has been stuck for more than " + SILENCE.toSeconds() + " s"));
    }
    return waiting().map(Trouble.Waiting::new);
  }

  private Optional<String> waiting() {
    Optional<String> heard = refusal.or(() -> untold);
    if (heard.isPresent()) {
      return heard;
    }
    if (!everAssigned) {
      return Optional.of("no partition of " + topic + " assigned yet");
    }
    if (everCommitted && System.nanoTime() - leaseNanos > NO_COMMIT.toNanos()) {
      return Optional.of(
          "Kafka has acknowledged no commit for more than " + NO_COMMIT.toSeconds() + " s");
    }
    return states.stream().flatMap(state -> state.trouble(longest).stream()).findFirst();
  }

  /** How each partition held stands, as of a second ago at most. Any thread. */
  public List<PartitionState> states() {
    return states;
  }

  /**
   * Whether Kafka has lately said that the partitions are ours: a commit was acknowledged within
   * half the session time-out. Who has been cut off can't know that another has taken over. Any
   * thread.
   */
  public boolean holdsLease() {
    return System.nanoTime() - leaseNanos < LEASE_NANOS;
  }

  /** Waits until the loop has ended, and says why if it failed. */
  public Optional<Throwable> awaitEnd() throws InterruptedException {
    ended.await();
    return Optional.ofNullable(failure);
  }

  /**
   * Stops: owners are revoked, the last commit is made and the group is left. Returns when that is
   * done.
   */
  @Override
  public void close() {
    stopping = true;
    wakeUp();
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      consumer.subscribe(List.of(topic), new Rebalance());
      while (!stopping) {
        turnOnce();
      }
      owned.values().forEach(o -> o.owner.stopping());
      revoke(Set.copyOf(owned.keySet()), LAST_COMMIT);
    } catch (Throwable t) {
      failure = t;
      log.error("{}: the poll thread ends: {}", thread.getName(), t.toString(), t);
      lose(Set.copyOf(owned.keySet()));
    } finally {
      assignment = Set.of();
      states = List.of();
      try {
        consumer.close(CloseOptions.timeout(LAST_COMMIT));
      } catch (KafkaException e) {
        log.warn("{}: closing the consumer: {}", thread.getName(), e.getMessage());
      }
      ended.countDown();
    }
  }

  private void turnOnce() {
    runCompletions();
    commitIfDue();
    takeAssigned();
    for (ConsumerRecord<byte[], byte[]> record : poll()) {
      Owned o = owned.get(new TopicPartition(record.topic(), record.partition()));
      if (o != null) {
        o.position = record.offset() + 1;
        o.owner.record(record);
      }
    }
    lastPollNanos = System.nanoTime();
    runCompletions();
    owned.values().forEach(o -> o.owner.tick());
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    polling.set(true);
    try {
      ConsumerRecords<byte[], byte[]> records =
          consumer.poll(mailbox.isEmpty() ? POLL : Duration.ZERO);
      refusal = Optional.empty();
      return records;
    } catch (WakeupException e) {
      return ConsumerRecords.empty();
    } catch (RetriableException e) {
      log.warn("{}: poll: {}", thread.getName(), e.getMessage());
      LockSupport.parkNanos(POLL.toNanos());
      return ConsumerRecords.empty();
    } catch (AuthenticationException | AuthorizationException e) {
      // Whoever has changed that in Kafka can change it back: no reason to end.
      refusal = Optional.of("Kafka refuses " + topic + " to this process: " + e.getMessage());
      LockSupport.parkNanos(REFUSED.toNanos());
      return ConsumerRecords.empty();
    } finally {
      polling.set(false);
    }
  }

  private void runCompletions() {
    // Bounded to what is there now, so that a flood of completions can't keep the thread from
    // polling.
    for (int n = mailbox.size(); n > 0; n--) {
      Completion completion = mailbox.poll();
      if (completion == null) {
        return;
      }
      if (completion.by.active) {
        completion.task.run();
      }
    }
  }

  private void wakeUp() {
    if (polling.compareAndSet(true, false)) {
      consumer.wakeup();
    }
  }

  private void commitIfDue() {
    long now = System.nanoTime();
    if (now - lastCommitNanos < COMMIT_NANOS) {
      return;
    }
    lastCommitNanos = now;
    states = owned.values().stream().map(o -> o.state(now)).toList();
    // Also when nothing has changed: the answer is what the lease rests on.
    Map<TopicPartition, OffsetAndMetadata> offsets = committable(owned.keySet());
    if (!offsets.isEmpty()) {
      consumer.commitAsync(
          offsets,
          (done, exception) -> {
            if (exception == null) {
              leaseNanos = now;
              everCommitted = true;
            } else {
              // While Kafka is away each one fails; trouble() says so when that lasts.
              log.debug("{}: commit failed: {}", thread.getName(), exception.getMessage());
            }
          });
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> committable(
      Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      Owned o = owned.get(partition);
      if (o != null) {
        o.owner.committable().ifPresent(offset -> offsets.put(partition, offset));
      }
    }
    return offsets;
  }

  private void assign(Collection<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      everAssigned = true;
      return;
    }
    // The group has just said so; whoever takes over asks for it at once.
    leaseNanos = System.nanoTime();
    consumer.pause(partitions);
    assigned.addAll(partitions);
  }

  /**
   * Finds out where the partitions that came with a rebalance were left, and gives them owners. Not
   * done within the rebalance: a Kafka that is slow to tell would hold up the group, and what goes
   * wrong there is thrown at the poll thread. Until it has told, they stay paused.
   */
  private void takeAssigned() {
    if (assigned.isEmpty()) {
      return;
    }
    Set<TopicPartition> partitions = Set.copyOf(assigned);
    Map<TopicPartition, Long> positions = new HashMap<>();
    Map<TopicPartition, OffsetAndMetadata> committed;
    try {
      committed = evenIfWoken(() -> consumer.committed(partitions, TELL));
      for (TopicPartition partition : partitions) {
        positions.put(partition, evenIfWoken(() -> consumer.position(partition, TELL)));
      }
    } catch (RetriableException | AuthenticationException | AuthorizationException e) {
      if (untold.isEmpty()) {
        log.warn("{}: {} wait: {}", thread.getName(), partitions, e.getMessage());
      }
      untold = Optional.of("Kafka does not say where new partitions of " + topic + " were left");
      return;
    }
    everAssigned = true;
    untold = Optional.empty();
    assigned.clear();
    consumer.resume(partitions);
    positions.forEach((partition, position) -> {
      Owned o = new Owned(partition, Optional.ofNullable(committed.get(partition)));
      o.position = position;
      owned.put(partition, o);
      o.owner = factory.own(o);
    });
    assignment = Set.copyOf(owned.keySet());
    log.info(
        "{}: assigned {}, holding {}", thread.getName(), numbers(partitions), numbers(assignment));
  }

  /**
   * A wake-up that was sent just before the flag fell hits the next call: that one is made again.
   */
  private static <T> T evenIfWoken(Supplier<T> call) {
    try {
      return call.get();
    } catch (WakeupException e) {
      return call.get();
    }
  }

  private void revoke(Collection<TopicPartition> partitions, Duration commitWithin) {
    if (partitions.isEmpty()) {
      return;
    }
    long began = System.nanoTime();
    polling.set(false);
    runCompletions();
    for (TopicPartition partition : partitions) {
      Owned o = owned.get(partition);
      if (o != null) {
        o.owner.revoked();
        o.active = false;
      }
    }
    commitNow(committable(partitions), commitWithin);
    partitions.forEach(owned::remove);
    assigned.removeAll(partitions);
    assignment = Set.copyOf(owned.keySet());
    log.info(
        "{}: revoked {}, holding {}; it took {} ms",
        thread.getName(),
        numbers(partitions),
        numbers(assignment),
        Duration.ofNanos(System.nanoTime() - began).toMillis());
  }

  private void commitNow(Map<TopicPartition, OffsetAndMetadata> offsets, Duration within) {
    for (int tries = 0; !offsets.isEmpty() && tries < 2; tries++) {
      try {
        consumer.commitSync(offsets, within);
        return;
      } catch (WakeupException e) {
        // A wake-up that came late: once more.
      } catch (KafkaException e) {
        log.warn(
            "{}: the last commit failed; its turns are taken over again: {}",
            thread.getName(),
            e.getMessage());
        return;
      }
    }
  }

  private void lose(Collection<TopicPartition> partitions) {
    assigned.removeAll(partitions);
    for (TopicPartition partition : partitions) {
      Owned o = owned.remove(partition);
      if (o != null) {
        o.owner.lost();
        o.active = false;
      }
    }
    assignment = Set.copyOf(owned.keySet());
    if (!partitions.isEmpty()) {
      log.warn(
          "{}: lost {}, holding {}", thread.getName(), numbers(partitions), numbers(assignment));
    }
  }

  private static List<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::partition).sorted().toList();
  }

  private record Completion(Owned by, Runnable task) {}

  private final class Rebalance implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      assign(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      revoke(partitions, REVOKED_COMMIT);
    }

    /** Overridden because the default calls {@link #onPartitionsRevoked}, which would commit. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      lose(partitions);
    }
  }

  private final class Owned implements OwnedPartition {
    final TopicPartition id;
    final Optional<OffsetAndMetadata> committed;
    long position;
    volatile boolean active = true;
    private long committable = -1;
    private long movedNanos = System.nanoTime();

    @SuppressWarnings("NullAway.Init") // Set right after construction, before anything can use it.
    PartitionOwner owner;

    Owned(TopicPartition id, Optional<OffsetAndMetadata> committed) {
      this.id = id;
      this.committed = committed;
    }

    PartitionState state(long now) {
      long offset =
          owner.isWorking()
              ? owner.committable().map(OffsetAndMetadata::offset).orElse(position)
              : -1;
      OptionalLong lag = consumer.currentLag(id);
      long end = position + lag.orElse(0);
      if (offset != committable || offset >= end) {
        committable = offset;
        movedNanos = now;
      }
      return new PartitionState(
          id.partition(),
          position,
          lag,
          owner.isWorking() ? OptionalLong.of(offset) : OptionalLong.empty(),
          Duration.ofNanos(now - movedNanos));
    }

    @Override
    public TopicPartition id() {
      return id;
    }

    @Override
    public Optional<OffsetAndMetadata> committed() {
      return committed;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void post(Runnable completion) {
      mailbox.add(new Completion(this, completion));
      wakeUp();
    }

    @Override
    public void pause() {
      consumer.pause(Set.of(id));
    }

    @Override
    public void resume() {
      consumer.resume(Set.of(id));
    }

    @Override
    public void seek(long offset) {
      consumer.seek(id, offset);
      position = offset;
    }
  }
}
