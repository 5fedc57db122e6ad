package dev.parley.turnlog;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads a topic as a member of a consumer group, by one thread that polls: that hands what it reads
 * to the workers of the partitions, commits what they say, and pauses those that can't keep up; it
 * never waits for anything but {@code poll}, and nothing that it calls is anybody's but its own.
 */
public final class PartitionLoop {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

  private final ReadAhead readAhead;
  private final FailureCounts failures = new FailureCounts();
  private final HeldPartitions partitions;
  private final Commits commits;
  private final Assignment assignment;
  private final LoopTrouble trouble;
  private final PollThread thread;

  private PartitionLoop(
      String name,
      String topic,
      Consumer<byte[], byte[]> consumer,
      CommittedOffsets offsets,
      Duration longest,
      long readAheadBytes,
      Duration firstPause,
      PartitionOwner.Factory factory) {
    WakeUp wakeUp = new WakeUp(consumer);
    this.readAhead = new ReadAhead(readAheadBytes);
    this.partitions =
        new HeldPartitions(
            consumer, factory, offsets, firstPause, failures, readAhead, wakeUp::wake);
    this.commits = new Commits(consumer, System::nanoTime);
    this.assignment = new Assignment(name, partitions, commits, wakeUp);
    this.trouble = new LoopTrouble(topic, longest, System::nanoTime, commits, assignment);
    this.thread =
        new PollThread(name, topic, consumer, wakeUp, partitions, commits, assignment, trouble);
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
    return start(name, topic, consumer, offsets, longest, readAheadBytes, FIRST_PAUSE, factory);
  }

  /** The same, {@code firstPause} being what is waited before a second try to take over. */
  static PartitionLoop start(
      String name,
      String topic,
      Consumer<byte[], byte[]> consumer,
      CommittedOffsets offsets,
      Duration longest,
      long readAheadBytes,
      Duration firstPause,
      PartitionOwner.Factory factory) {
    PartitionLoop loop =
        new PartitionLoop(
            name, topic, consumer, offsets, longest, readAheadBytes, firstPause, factory);
    loop.thread.start();
    return loop;
  }

  /** The partitions held now. Any thread. */
  public Set<TopicPartition> assignment() {
    return assignment.held();
  }

  /** How each partition held stands, as of a second ago at most. Any thread. */
  public List<PartitionState> states() {
    return thread.states();
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
    return states().stream().filter(state -> state.parked().isPresent()).count();
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
    return trouble.now(states());
  }

  /** Waits until the loop has ended, and says why if it failed. */
  public Optional<Throwable> awaitEnd() throws InterruptedException {
    thread.awaitEnd();
    return trouble.failure();
  }

  /**
   * Stops: owners are revoked, the last commit is made, the group is left, and what owners have
   * left to finish may go on.
   *
   * @param drain for how long
   */
  public void close(Duration drain) {
    thread.stop();
    boolean interrupted = false;
    while (true) {
      try {
        thread.awaitEnd();
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
}
