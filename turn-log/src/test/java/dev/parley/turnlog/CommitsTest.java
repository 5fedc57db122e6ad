package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommitsTest {
  private static final Map<TopicPartition, OffsetAndMetadata> SOMETHING =
      Map.of(new TopicPartition("log", 0), new OffsetAndMetadata(7));

  private final AtomicLong now = new AtomicLong(Duration.ofDays(1).toNanos());
  private final List<OffsetCommitCallback> underWay = new ArrayList<>();
  private final List<RuntimeException> refusals = new ArrayList<>();
  private int lastCommits;
  private final List<Duration> lastWithin = new ArrayList<>();

  /** What a last commit takes. */
  private long lastMillis;

  /** Kafka's own, which answers when it is told to. */
  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>("earliest") {
        @Override
        public synchronized void commitAsync(
            Map<TopicPartition, OffsetAndMetadata> offsets,
            @Nullable OffsetCommitCallback callback) {
          underWay.add(Objects.requireNonNull(callback));
        }

        @Override
        public synchronized void commitSync(
            Map<TopicPartition, OffsetAndMetadata> offsets, Duration within) {
          lastCommits++;
          lastWithin.add(within);
          pass(lastMillis);
          if (!refusals.isEmpty()) {
            throw refusals.removeFirst();
          }
        }
      };

  private final Commits commits = new Commits(consumer, now::get);

  private void pass(long millis) {
    now.addAndGet(Duration.ofMillis(millis).toNanos());
  }

  private void acknowledge() {
    underWay.removeFirst().onComplete(SOMETHING, null);
  }

  @Test
  void theLeaseLastsForThreeSecondsFromWhenAnAcknowledgedCommitWasSent() {
    commits.send(SOMETHING);
    pass(2_000);
    acknowledge();
    pass(999);
    assertThat(commits.holdLease()).isTrue();
    pass(1);
    assertThat(commits.holdLease()).isFalse();
  }

  @Test
  void aCommitThatFailsRenewsNothing() {
    commits.send(SOMETHING);
    pass(2_000);
    underWay.removeFirst().onComplete(SOMETHING, new TimeoutException("no answer"));
    pass(1_000);
    assertThat(commits.holdLease()).isFalse();
  }

  @Test
  void aCommitOfNothingProvesNothing() {
    pass(2_500);
    commits.send(Map.of());
    pass(500);
    assertThat(underWay).isEmpty();
    assertThat(commits.holdLease()).isFalse();
  }

  @Test
  void whoIsAssignedPartitionsHoldsThem() {
    pass(10_000);
    commits.assigned();
    assertThat(commits.holdLease()).isTrue();
  }

  @Test
  void theyAreDueEverySecond() {
    assertThat(commits.areDue()).isFalse();
    pass(1_000);
    assertThat(commits.areDue()).isTrue();
    commits.send(SOMETHING);
    assertThat(commits.areDue()).isFalse();
  }

  @Test
  void theyAreSilentWhenTheyWereAcknowledgedOnceAndAreNoMore() {
    pass(20_000);
    assertThat(commits.areSilentFor(Duration.ofSeconds(15))).isFalse();
    commits.send(SOMETHING);
    acknowledge();
    pass(15_000);
    assertThat(commits.areSilentFor(Duration.ofSeconds(15))).isFalse();
    pass(1);
    assertThat(commits.areSilentFor(Duration.ofSeconds(15))).isTrue();
  }

  @Test
  void aLastCommitThatALateWakeUpHitsIsMadeOnceMore() {
    refusals.add(new WakeupException());
    commits.sendLast(SOMETHING, Duration.ofMillis(80));
    assertThat(lastCommits).isEqualTo(2);
    refusals.add(new WakeupException());
    refusals.add(new WakeupException());
    commits.sendLast(SOMETHING, Duration.ofMillis(80));
    assertThat(lastCommits).as("and no oftener").isEqualTo(4);
  }

  @Test
  void aLastCommitHasTheTimeThatIsLeftAndNoneWhenThatIsOver() {
    commits.sendLast(SOMETHING, Duration.ofMillis(80));
    commits.sendLast(SOMETHING, Duration.ofMillis(-1));
    assertThat(lastWithin).containsExactly(Duration.ofMillis(80), Duration.ZERO);
  }

  @Test
  void bothTriesOfALastCommitShareTheTimeThatIsLeft() {
    lastMillis = 50;
    refusals.add(new WakeupException());
    commits.sendLast(SOMETHING, Duration.ofMillis(80));
    refusals.add(new WakeupException());
    commits.sendLast(SOMETHING, Duration.ofMillis(30));
    assertThat(lastWithin)
        .containsExactly(
            Duration.ofMillis(80), Duration.ofMillis(30), Duration.ofMillis(30), Duration.ZERO);
  }

  @Test
  void aLastCommitThatFailsIsNotRepeated() {
    refusals.add(new TimeoutException("no answer"));
    commits.sendLast(SOMETHING, Duration.ofMillis(80));
    assertThat(lastCommits).isEqualTo(1);
    commits.sendLast(Map.of(), Duration.ofMillis(80));
    assertThat(lastCommits).isEqualTo(1);
  }
}
