package dev.parley.turnlog;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a {@link PartitionLoop} from being relied on: the poll thread has ended or is stuck,
 * or Kafka or a partition makes it wait. The poll thread tells it how it goes; any thread asks.
 */
final class LoopTrouble {
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Duration NO_COMMIT = Duration.ofSeconds(15);

  private final String topic;
  private final Duration longest;
  private final LongSupplier nanos;
  private final PollTroubles polls;
  private final Commits commits;
  private final Assignment assignment;
  private volatile boolean stopping;
  private volatile @Nullable Throwable failure;
  private volatile long lastPollNanos;

  /**
   * No trouble but that nothing is assigned yet.
   *
   * @param longest how long one piece of work may take at most
   * @param nanos a clock that never steps back; any thread
   */
  LoopTrouble(
      String topic, Duration longest, LongSupplier nanos, Commits commits, Assignment assignment) {
    this.topic = topic;
    this.longest = longest;
    this.nanos = nanos;
    this.polls = new PollTroubles(topic);
    this.commits = commits;
    this.assignment = assignment;
    this.lastPollNanos = nanos.getAsLong();
  }

  /** What polls have failed with. */
  PollTroubles polls() {
    return polls;
  }

  /** The poll thread has been round once more. */
  void polled() {
    lastPollNanos = nanos.getAsLong();
  }

  /** The poll thread ends because of this. */
  void failed(Throwable cause) {
    failure = cause;
  }

  /** Why the poll thread has ended; empty when it has not, or as it was told to. */
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** The poll thread is to end. */
  void stopping() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }

  /** What is wrong now; {@code states}: how the partitions stand. */
  Optional<Trouble> now(List<PartitionState> states) {
    Throwable cause = failure;
    if (cause != null) {
      return Optional.of(new Trouble.Dead("the poll thread has ended: " + cause));
    }
    if (stopping) {
      return Optional.of(new Trouble.Waiting("stopping"));
    }
    if (nanos.getAsLong() - lastPollNanos > SILENCE.toNanos()) {
      return Optional.of(
          new Trouble.Dead(
              "the poll thread has been stuck for more than " + SILENCE.toSeconds() + " s"));
    }
    return waiting(states).map(Trouble.Waiting::new);
  }

  private Optional<String> waiting(List<PartitionState> states) {
    Optional<String> refused = polls.last();
    if (refused.isPresent()) {
      return refused;
    }
    if (!assignment.wasEverMade()) {
      return Optional.of("no partition of " + topic + " assigned yet");
    }
    // Who holds nothing commits nothing.
    if (!states.isEmpty() && commits.areSilentFor(NO_COMMIT)) {
      return Optional.of(
          "Kafka has acknowledged no commit for more than " + NO_COMMIT.toSeconds() + " s");
    }
    return states.stream().flatMap(state -> state.trouble(longest).stream()).findFirst();
  }
}
