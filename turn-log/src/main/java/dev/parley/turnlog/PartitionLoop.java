package dev.parley.turnlog;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that polls a topic for a consumer group. It polls, hands what it reads to the
 * workers of the partitions, commits what they say, and pauses those that can't keep up; it never
 * waits for anything but {@code poll}, and nothing that it calls is anybody's but its own.
 */
public final class PartitionLoop {
  private static final Logger log = LoggerFactory.getLogger(PartitionLoop.class);
  private static final Duration POLL = Duration.ofMillis(100);

  /**
   * A revocation must not hold up the group: what is not committed is read again, no more. A half
   * of it is for the workers to say what may be committed.
   */
  private static final Duration REVOKED = Duration.ofMillis(80);

  private static final Duration STOPPED = Duration.ofSeconds(2);
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Duration NO_COMMIT = Duration.ofSeconds(15);

  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private final Duration longest;
  private final Thread thread;
  private final ReadAhead readAhead;
  private final HeldPartitions partitions;
  private final FailureCounts failures = new FailureCounts();
  private final Commits commits;
  private final PollTroubles troubles;
  private final WakeUp wakeUp;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Set<TopicPartition> assignment = Set.of();
  private volatile List<PartitionState> states = List.of();
  private volatile boolean everAssigned;

  private volatile boolean stopping;
  private volatile @Nullable Throwable failure;
  private volatile long lastPollNanos = System.nanoTime();

  private PartitionLoop(
      String name,
      String topic,
      Consumer<byte[], byte[]> consumer,
      CommittedOffsets offsets,
      Duration longest,
      long readAheadBytes,
      PartitionOwner.Factory factory) {
    this.topic = topic;
    this.longest = longest;
    this.consumer = consumer;
    this.troubles = new PollTroubles(topic);
    this.commits = new Commits(consumer, System::nanoTime);
    this.wakeUp = new WakeUp(consumer);
    this.readAhead = new ReadAhead(readAheadBytes);
    this.partitions =
        new HeldPartitions(consumer, factory, offsets, failures, readAhead, wakeUp::wake);
    this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
  }

  /**
   * Starts to poll.
   *
   * @param name of the thread
   * @param consumer with auto-commit off; the loop's from now on, and closed by it
   * @param offsets of the consumer's group
   * @param longest how long one piece of work may take at most, thus how long a commit may rightly
   *     stand still
   * @param readAheadBytes how much may be read, over all partitions, that is not worked on yet
   */
  public static PartitionLoop start(
      String name,
      String topic,
      Consumer<byte[], byte[]> consumer,
      CommittedOffsets offsets,
      Duration longest,
      long readAheadBytes,
      PartitionOwner.Factory factory) {
    PartitionLoop loop =
        new PartitionLoop(name, topic, consumer, offsets, longest, readAheadBytes, factory);
    loop.thread.start();
    return loop;
  }

  /** The partitions held now. Any thread. */
  public Set<TopicPartition> assignment() {
    return assignment;
  }

  /** How each partition held stands, as of a second ago at most. Any thread. */
  public List<PartitionState> states() {
    return states;
  }

  /** What was read and is not worked on yet, in bytes. Any thread. */
  public long readAheadBytes() {
    return readAhead.bytes();
  }

  /** Any thread. */
  public FailureCounts failures() {
    return failures;
  }

  /** How many partitions that were given away have turns left to finish. Any thread. */
  public int leaving() {
    return partitions.leaving();
  }

  /** How many partitions nothing is done with any more. Any thread. */
  public long parked() {
    return states.stream().filter(state -> state.parked().isPresent()).count();
  }

  /**
   * Whether Kafka has lately said that the partitions are ours. Who has been cut off can't know
   * that another has taken over. Any thread.
   */
  public boolean holdsLease() {
    return commits.holdLease();
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
    Optional<String> refused = troubles.last();
    if (refused.isPresent()) {
      return refused;
    }
    if (!everAssigned) {
      return Optional.of("no partition of " + topic + " assigned yet");
    }
    if (commits.areSilentFor(NO_COMMIT)) {
      return Optional.of(
          "Kafka has acknowledged no commit for more than " + NO_COMMIT.toSeconds() + " s");
    }
    return states.stream().flatMap(state -> state.trouble(longest).stream()).findFirst();
  }

  /** Waits until the loop has ended, and says why if it failed. */
  public Optional<Throwable> awaitEnd() throws InterruptedException {
    ended.await();
    return Optional.ofNullable(failure);
  }

  /**
   * Stops: owners are revoked, the last commit is made, the group is left, and what owners have
   * left to finish may go on.
   *
   * @param drain for how long
   */
  public void close(Duration drain) {
    stopping = true;
    wakeUp.wake();
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        partitions.awaitLeavers(System.nanoTime() + drain.toNanos());
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // ---------------------------------------------------------------------------- its thread

  private void run() {
    try {
      consumer.subscribe(List.of(topic), new Rebalance());
      while (!stopping) {
        pollOnce();
      }
      giveAway(partitions.ids(), Taken.STOPPING, STOPPED);
    } catch (RuntimeException | Error e) {
      failure = e;
      log.error("{}: the poll thread ends: {}", thread.getName(), e, e);
      var _ = partitions.takeAway(partitions.ids(), Taken.LOST, Duration.ZERO);
    } finally {
      assignment = Set.of();
      states = List.of();
      try {
        consumer.close(CloseOptions.timeout(STOPPED));
      } catch (KafkaException e) {
        log.warn("{}: closing the consumer: {}", thread.getName(), e.getMessage());
      }
      ended.countDown();
    }
  }

  private void pollOnce() {
    partitions.adjustChanged();
    commitIfDue();
    partitions.route(poll());
    lastPollNanos = System.nanoTime();
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    wakeUp.polls(true);
    try {
      // What changed before the flag stood has woken nobody.
      partitions.adjustChanged();
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      troubles.passed();
      return records;
    } catch (WakeupException e) {
      // Somebody has something for this thread.
    } catch (RetriableException e) {
      log.warn("{}: poll: {}", thread.getName(), e.getMessage());
      LockSupport.parkNanos(POLL.toNanos());
    } catch (KafkaException e) {
      troubles.met(e);
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

  private void giveAway(Collection<TopicPartition> given, Taken how, Duration within) {
    if (given.isEmpty()) {
      return;
    }
    long began = System.nanoTime();
    wakeUp.polls(false);
    var last = partitions.takeAway(given, how, within.dividedBy(2));
    commits.sendLast(last, within.minusNanos(System.nanoTime() - began));
    assignment = partitions.ids();
    log.info(
        "{}: given away {}, holding {}; it took {} ms",
        thread.getName(),
        numbers(given),
        numbers(assignment),
        Duration.ofNanos(System.nanoTime() - began).toMillis());
  }

  private static List<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::partition).sorted().toList();
  }

  private final class Rebalance implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> given) {
      everAssigned = true;
      if (given.isEmpty()) {
        return;
      }
      // The group has just said so; whoever takes over asks for it at once.
      commits.assigned();
      partitions.assign(given);
      assignment = partitions.ids();
      log.info(
          "{}: assigned {}, holding {}", thread.getName(), numbers(given), numbers(assignment));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> taken) {
      giveAway(taken, Taken.REVOKED, REVOKED);
    }

    /** Overridden because the default calls {@link #onPartitionsRevoked}, which would commit. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> taken) {
      if (!taken.isEmpty()) {
        var _ = partitions.takeAway(taken, Taken.LOST, Duration.ZERO);
        assignment = partitions.ids();
        log.warn("{}: lost {}, holding {}", thread.getName(), numbers(taken), numbers(assignment));
      }
    }
  }
}
