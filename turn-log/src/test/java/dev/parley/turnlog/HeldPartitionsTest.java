package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class HeldPartitionsTest {
  private static final TopicPartition ONE = new TopicPartition("log", 0);
  private static final TopicPartition TWO = new TopicPartition("log", 1);
  private static final Duration SOON = Duration.ofSeconds(60);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final FailureCounts failures = new FailureCounts();
  private final HeldPartitions held =
      new HeldPartitions(
          consumer,
          partition -> {
            throw new ParkedException("no partition is taken over here");
          },
          partition -> new OffsetAndMetadata(7),
          Duration.ZERO,
          failures,
          new ReadAhead(1),
          () -> {});

  @Test
  void whatNobodyWorksOnThoughItIsOursGetsAWorker() throws Exception {
    consumer.assign(List.of(ONE, TWO));
    held.assign(List.of(ONE));
    held.adoptOrphans();
    assertThat(held.ids()).containsExactlyInAnyOrder(ONE, TWO);
    assertThat(consumer.paused()).containsExactlyInAnyOrder(ONE, TWO);
    assertThat(failures.owners()).isEqualTo(1);
    held.adoptOrphans();
    assertThat(failures.owners()).as("none is left").isEqualTo(1);
    held.takeAway(List.of(ONE, TWO), Taken.LOST, SOON);
    assertThat(held.ids()).isEmpty();
    held.awaitLeavers(System.nanoTime() + SOON.toNanos());
    assertThat(held.leaving()).isZero();
  }
}
