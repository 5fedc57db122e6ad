package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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

  /** Kafka's consumer has gone past it; no commit has. */
  @Test
  void whatComesWhileNobodyTakesItIsReadAgain() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    CountDownLatch isOwned = new CountDownLatch(1);
    HeldPartitions held =
        new HeldPartitions(
            consumer,
            partition -> new Idle(),
            partition -> {
              asked.countDown();
              answers.await();
              return new OffsetAndMetadata(7);
            },
            Duration.ZERO,
            failures,
            new ReadAhead(1_000_000),
            isOwned::countDown);
    consumer.assign(List.of(ONE));
    consumer.updateBeginningOffsets(Map.of(ONE, 0L));
    consumer.seek(ONE, 7);
    poll(held, 7);
    assertThat(consumer.position(ONE)).as("nobody works on it").isEqualTo(8);
    held.adoptOrphans();
    asked.await();
    consumer.resume(List.of(ONE));
    poll(held, 8);
    assertThat(consumer.position(ONE)).as("it has a worker without an owner").isEqualTo(9);
    assertThat(held.commits()).isEmpty();
    answers.countDown();
    isOwned.await();
    held.adjustChanged();
    assertThat(consumer.position(ONE)).isEqualTo(7);
    assertThat(consumer.paused()).isEmpty();
    assertThat(held.commits()).containsOnly(Map.entry(ONE, new OffsetAndMetadata(7)));
    held.takeAway(List.of(ONE), Taken.LOST, SOON);
    held.awaitLeavers(System.nanoTime() + SOON.toNanos());
  }

  private void poll(HeldPartitions held, long offset) {
    consumer.addRecord(new ConsumerRecord<>("log", 0, offset, new byte[0], new byte[0]));
    held.route(consumer.poll(Duration.ZERO));
  }

  /** Has nothing to do. */
  private static final class Idle implements PartitionOwner {
    @Override
    public void record(ConsumerRecord<byte[], byte[]> record) {}

    @Override
    public void unfit(ConsumerRecord<byte[], byte[]> record) {}

    @Override
    public void tick() {}

    @Override
    public long tickMillis() {
      return 10;
    }

    @Override
    public Optional<OffsetAndMetadata> committable() {
      return Optional.empty();
    }

    @Override
    public void revoked() {}

    @Override
    public void lost() {}
  }
}
