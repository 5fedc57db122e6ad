package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Patience;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a worker does when it fails itself, and how it is ended. */
final class PartitionWorkerTest {
  private static final TopicPartition PARTITION = new TopicPartition("log", 3);
  private static final OffsetAndMetadata START = new OffsetAndMetadata(7);
  private static final long LONG = Patience.LONGEST.toNanos();

  private final FailureCounts failures = new FailureCounts();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final AtomicBoolean throwsOnce = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Runnable onOwn = () -> {};
  private final PartitionWorker worker =
      new PartitionWorker(
          PARTITION,
          new PartitionWorker.Shared(
              this::own,
              partition -> START,
              new Semaphore(1),
              Duration.ofMillis(5),
              failures,
              new ReadAhead(Long.MAX_VALUE),
              changed -> {
                if (changed.reading().isPresent() && throwsOnce.getAndSet(false)) {
                  throw new IllegalStateException("as the test wants it");
                }
              },
              over -> ended.countDown()));

  private PartitionOwner own(OwnedPartition partition) {
    onOwn.run();
    told.add("owner at " + partition.committed().offset());
    return new PartitionOwner() {
      @Override
      public void record(ConsumerRecord<byte[], byte[]> record) {}

      @Override
      public void unfit(ConsumerRecord<byte[], byte[]> record) {}

      @Override
      public void tick() {}

      @Override
      public long tickMillis() {
        return 1;
      }

      @Override
      public Optional<OffsetAndMetadata> committable() {
        return Optional.of(START);
      }

      @Override
      public void revoked() {
        told.add("revoked");
      }

      @Override
      public boolean isDone() {
        return true;
      }

      @Override
      public void close() {
        told.add("closed");
      }

      @Override
      public void lost() {
        told.add("lost");
      }
    };
  }

  @AfterEach
  void end() throws InterruptedException {
    worker.take(Taken.LOST);
    worker.awaitEnd(LONG);
    assertThat(ended.await(LONG, TimeUnit.NANOSECONDS)).isTrue();
  }

  private void assertTold(String... wanted) throws InterruptedException {
    for (String next : wanted) {
      assertThat(told.poll(LONG, TimeUnit.NANOSECONDS)).isEqualTo(next);
    }
  }

  @Test
  void whatItThrowsItselfCostsAnOwnerAndAnotherFollows() throws Exception {
    throwsOnce.set(true);
    worker.start();
    assertTold("owner at 7", "lost", "owner at 7");
    assertThat(failures.owners()).isEqualTo(1);
    assertThat(worker.parked()).isEmpty();
    worker.take(Taken.REVOKED);
    assertThat(worker.awaitReleased(LONG)).isTrue();
    assertTold("revoked", "closed");
  }

  @Test
  void whoeverDoesNotComeToItsEndIsInterrupted() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    onOwn =
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
            Thread.currentThread().interrupt();
          }
        };
    worker.start();
    begun.await();
    assertThat(worker.hasEnded()).isFalse();
    worker.awaitEnd(Duration.ZERO.toNanos());
    assertThat(interrupted.await(LONG, TimeUnit.NANOSECONDS)).isTrue();
  }
}
