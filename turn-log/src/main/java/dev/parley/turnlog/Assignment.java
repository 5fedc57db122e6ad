package dev.parley.turnlog;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which partitions the group gives to this process and takes from it: those that are given get
 * workers; those that are taken get their last commit, unless they are another's already. The poll
 * thread's, but for what says otherwise.
 */
final class Assignment implements ConsumerRebalanceListener {
  private static final Logger log = LoggerFactory.getLogger(Assignment.class);

  /**
   * A revocation must not hold up the group: what is not committed is read again, no more. A half
   * of it is for the workers to say what may be committed.
   */
  private static final Duration REVOKED = Duration.ofMillis(80);

  private final String name;
  private final HeldPartitions partitions;
  private final Commits commits;
  private final WakeUp wakeUp;
  private volatile Set<TopicPartition> held = Set.of();
  private volatile boolean everAssigned;

  /** {@code name}: of the poll thread, for the log. */
  Assignment(String name, HeldPartitions partitions, Commits commits, WakeUp wakeUp) {
    this.name = name;
    this.partitions = partitions;
    this.commits = commits;
    this.wakeUp = wakeUp;
  }

  /** The partitions held now. Any thread. */
  Set<TopicPartition> held() {
    return held;
  }

  /** Whether the group has ever answered, be it with no partition at all. Any thread. */
  boolean wasEverMade() {
    return everAssigned;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> given) {
    everAssigned = true;
    if (given.isEmpty()) {
      return;
    }
    // The group has just said so; whoever takes over asks for it at once.
    commits.assigned();
    partitions.assign(given);
    held = partitions.ids();
    log.info("{}: assigned {}, holding {}", name, numbers(given), numbers(held));
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
      held = partitions.ids();
      log.warn("{}: lost {}, holding {}", name, numbers(taken), numbers(held));
    }
  }

  /** The process stops: all are given away, with a last commit that may take so long. */
  void stop(Duration within) {
    giveAway(partitions.ids(), Taken.STOPPING, within);
  }

  /** The poll thread has failed: nothing that workers do counts any more. */
  void fail() {
    var _ = partitions.takeAway(partitions.ids(), Taken.LOST, Duration.ZERO);
  }

  /** Nothing is held from now on. */
  void end() {
    held = Set.of();
  }

  private void giveAway(Collection<TopicPartition> given, Taken how, Duration within) {
    if (given.isEmpty()) {
      return;
    }
    long began = System.nanoTime();
    wakeUp.polls(false);
    var last = partitions.takeAway(given, how, within.dividedBy(2));
    commits.sendLast(last, within.minusNanos(System.nanoTime() - began));
    held = partitions.ids();
    log.info(
        "{}: given away {}, holding {}; it took {} ms",
        name,
        numbers(given),
        numbers(held),
        Duration.ofNanos(System.nanoTime() - began).toMillis());
  }

  private static List<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::partition).sorted().toList();
  }
}
