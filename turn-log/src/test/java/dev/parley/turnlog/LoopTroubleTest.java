package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class LoopTroubleTest {
  private static final PartitionState STUCK =
      new PartitionState(
          0,
          9,
          OptionalLong.of(1),
          OptionalLong.of(7),
          Duration.ofMinutes(5),
          Duration.ZERO,
          Optional.empty());

  private final AtomicLong now = new AtomicLong(1);
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final Commits commits = new Commits(consumer, now::get);
  private final Assignment assignment =
      new Assignment(
          "log",
          new HeldPartitions(
              consumer,
              partition -> {
                throw new ParkedException("no partition is taken over here");
              },
              partition -> new OffsetAndMetadata(0),
              Duration.ZERO,
              new FailureCounts(),
              new ReadAhead(1),
              () -> {}),
          commits,
          new WakeUp(consumer));
  private final LoopTrouble trouble =
      new LoopTrouble("log", Duration.ofMinutes(2), now::get, commits, assignment);

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void aLoopThatTheGroupHasNotAnsweredWaits() {
    assertThat(trouble.now(List.of()))
        .contains(new Trouble.Waiting("no partition of log assigned yet"));
    assignment.onPartitionsAssigned(List.of());
    assertThat(trouble.now(List.of())).isEmpty();
  }

  @Test
  void aThreadThatHasNotBeenRoundForTenSecondsIsDead() {
    assignment.onPartitionsAssigned(List.of());
    pass(Duration.ofSeconds(10));
    assertThat(trouble.now(List.of())).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(trouble.now(List.of()))
        .contains(new Trouble.Dead("the poll thread has been stuck for more than 10 s"));
    trouble.polled();
    assertThat(trouble.now(List.of())).isEmpty();
  }

  @Test
  void whoHoldsNothingNeedsNoAnswerToCommits() {
    TopicPartition held = new TopicPartition("log", 0);
    PartitionState idle =
        new PartitionState(
            0,
            9,
            OptionalLong.of(0),
            OptionalLong.of(9),
            Duration.ZERO,
            Duration.ZERO,
            Optional.empty());
    assignment.onPartitionsAssigned(List.of());
    consumer.assign(List.of(held));
    commits.send(Map.of(held, new OffsetAndMetadata(9)));
    pass(Duration.ofSeconds(16));
    trouble.polled();
    assertThat(trouble.now(List.of(idle)))
        .hasValueSatisfying(it -> assertThat(it.why()).contains("acknowledged no commit"));
    assertThat(trouble.now(List.of())).isEmpty();
  }

  @Test
  void whoStopsIsNotCalledStuck() {
    trouble.stopping();
    pass(Duration.ofSeconds(11));
    assertThat(trouble.now(List.of())).contains(new Trouble.Waiting("stopping"));
  }

  @Test
  void aFailureIsToldWhateverElseIsWrong() {
    IllegalStateException cause = new IllegalStateException("broken");
    trouble.stopping();
    trouble.failed(cause);
    assertThat(trouble.now(List.of()))
        .contains(new Trouble.Dead("the poll thread has ended: " + cause));
    assertThat(trouble.failure()).contains(cause);
  }

  @Test
  void aPartitionThatStandsStillIsTroubleOnceTheGroupHasAnswered() {
    assertThat(trouble.now(List.of(STUCK)))
        .contains(new Trouble.Waiting("no partition of log assigned yet"));
    assignment.onPartitionsAssigned(List.of());
    assertThat(trouble.now(List.of(STUCK)))
        .hasValueSatisfying(
            it -> assertThat(it.why()).contains("the commit of partition 0 has not moved"));
  }
}
