package dev.parley.turnlog;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a partition its next owner: has it taken over from where the last one has left it, again
 * and again until that has gone well. The partition's thread, but for what says otherwise.
 */
final class NextOwner {
  private static final Logger log = LoggerFactory.getLogger(NextOwner.class);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** An owner that has lived so long has done some work. */
  private static final Duration LIVED = Duration.ofSeconds(10);

  private final TopicPartition id;
  private final PartitionWorker.Shared shared;
  private final FailedOwners failed;
  private final Holding holding;
  private final Runnable changed;
  private final Backoff backoff;

  /** For owners that are void by their own word soon after they began. */
  private final Backoff voids;

  private boolean wasVoidSoon;
  private volatile @Nullable OffsetAndMetadata from;

  /** {@code changed}: what owners' partitions tell that records flow may have changed. */
  NextOwner(
      TopicPartition id,
      PartitionWorker.Shared shared,
      FailedOwners failed,
      Holding holding,
      Runnable changed) {
    this.id = id;
    this.shared = shared;
    this.failed = failed;
    this.holding = holding;
    this.changed = changed;
    this.backoff = new Backoff(shared.firstPause(), LONGEST_PAUSE, RandomGenerator.getDefault());
    this.voids = new Backoff(shared.firstPause(), LONGEST_PAUSE, RandomGenerator.getDefault());
  }

  /** From where it takes over; empty until that is known. Any thread. */
  Optional<OffsetAndMetadata> from() {
    return Optional.ofNullable(from);
  }

  /** An owner has ended, and this is what could be committed last. */
  void continueFrom(OffsetAndMetadata commit) {
    from = commit;
  }

  /**
   * An owner was void by its own word, after so long a life. Once that is as good as nothing; what
   * makes one void after the other must not do so many times a second.
   */
  void wasVoid(Duration life) throws InterruptedException {
    boolean soon = life.compareTo(LIVED) < 0;
    if (soon && wasVoidSoon) {
      holding.awaitEnd(voids.next().toMillis());
    } else {
      voids.reset();
    }
    wasVoidSoon = soon;
  }

  /**
   * Tries to take the partition over, again and again; empty when it was taken away meanwhile.
   *
   * @throws ParkedException when trying again would not help
   */
  Optional<OwnerRun> own() throws InterruptedException, ParkedException {
    boolean isTold = false;
    while (holding.lasts()) {
      try {
        return Optional.of(ownOnce());
      } catch (InterruptException e) {
        throw new InterruptedException(e.getMessage());
      } catch (ExecutionException | TimeoutException | KafkaException e) {
        if (!isTold) {
          log.warn("{}: not taken over yet, it is tried again: {}", id, e.toString());
          isTold = true;
        }
      } catch (RuntimeException | Error e) {
        failed.addUnborn(e);
      }
      holding.awaitEnd(backoff.next().toMillis());
    }
    return Optional.empty();
  }

  private OwnerRun ownOnce()
      throws InterruptedException, ExecutionException, TimeoutException, ParkedException {
    holding.setInterruptible(true);
    shared.takeOvers().acquire();
    try {
      OffsetAndMetadata committed = from;
      if (committed == null) {
        committed = shared.offsets().of(id);
        from = committed;
      }
      HandedPartition partition = new HandedPartition(id, committed, shared.readAhead(), changed);
      OwnerRun next =
          new OwnerRun(
              shared.owners().own(partition), partition, failed, holding, System::nanoTime);
      backoff.reset();
      return next;
    } finally {
      shared.takeOvers().release();
      holding.setInterruptible(false);
    }
  }
}
