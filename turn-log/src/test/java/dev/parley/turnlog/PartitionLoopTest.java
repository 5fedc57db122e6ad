package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartitionLoopTest {
  private static final TopicPartition PARTITION = new TopicPartition("log", 0);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final AtomicInteger silent = new AtomicInteger();
  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>("earliest") {
        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
            Set<TopicPartition> partitions, Duration timeout) {
          if (silent.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new TimeoutException("no answer");
          }
          return super.committed(partitions, timeout);
        }
      };
  private final BlockingQueue<Long> read = new LinkedBlockingQueue<>();
  private final PartitionLoop loop =
      PartitionLoop.start("log", "log", consumer, LONG, partition -> new Reads());

  /** Reads, and commits nothing. */
  private final class Reads implements PartitionOwner {
    @Override
    public void record(ConsumerRecord<byte[], byte[]> record) {
      if (record.offset() == 13) {
        throw new IllegalStateException("the owner fails");
      }
      read.add(record.offset());
    }

    @Override
    public void tick() {}

    @Override
    public Optional<OffsetAndMetadata> committable() {
      return Optional.empty();
    }

    @Override
    public void revoked() {}

    @Override
    public void lost() {}
  }

  @AfterEach
  void close() {
    loop.close();
  }

  private void assign() {
    consumer.schedulePollTask(() -> {
      consumer.rebalance(List.of(PARTITION));
      consumer.updateBeginningOffsets(Map.of(PARTITION, 7L));
    });
  }

  private void append(long offset) {
    consumer.schedulePollTask(
        () -> consumer.addRecord(new ConsumerRecord<>("log", 0, offset, new byte[0], new byte[0])));
  }

  private void await(Predicate<Optional<Trouble>> wanted) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!wanted.test(loop.trouble())) {
      assertThat(System.nanoTime()).as("trouble %s", loop.trouble()).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void withoutPartitionsItWaits() {
    assertThat(loop.trouble()).contains(new Trouble.Waiting("no partition of log assigned yet"));
  }

  @Test
  void aKafkaThatIsSlowToSayWhereAPartitionWasLeftIsAskedAgain() throws Exception {
    silent.set(3);
    assign();
    append(7);
    assertThat(read.poll(30, TimeUnit.SECONDS)).isEqualTo(7);
    assertThat(silent).hasValue(0);
    assertThat(loop.assignment()).containsExactly(PARTITION);
    await(Optional::isEmpty);
  }

  @Test
  void aPartitionWithoutItsPlaceIsNotTakenForWell() {
    silent.set(Integer.MAX_VALUE);
    assign();
    await(trouble -> trouble.toString().contains("does not say where"));
    assertThat(loop.trouble().orElseThrow()).isInstanceOf(Trouble.Waiting.class);
    silent.set(0);
    await(Optional::isEmpty);
  }

  @Test
  void aKafkaThatRefusesThisProcessIsAskedAgain() {
    assign();
    await(Optional::isEmpty);
    consumer.setPollException(new SaslAuthenticationException("wrong password"));
    await(trouble -> trouble.toString().contains("wrong password"));
    assertThat(loop.trouble().orElseThrow()).isInstanceOf(Trouble.Waiting.class);
    await(Optional::isEmpty);
  }

  @Test
  void aPollThreadThatHasEndedIsDeadAndSaysWhy() throws Exception {
    assign();
    append(13);
    assertThat(loop.awaitEnd()).containsInstanceOf(IllegalStateException.class);
    assertThat(loop.trouble().orElseThrow())
        .isInstanceOfSatisfying(
            Trouble.Dead.class, dead -> assertThat(dead.why()).contains("the owner fails"));
  }
}
