package dev.parley.turnlog;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition that the group has given to this process: a virtual thread that takes it over and
 * leads its owner's life, and takes it over anew when the owner is void or has failed. What goes
 * wrong here stays here: it costs a record, then an owner, then this partition.
 *
 * <pre>
 *   taking over ──► working ──► finishing ──► ended
 *      ▲    │          │  taken away     nothing left to finish
 *      │    └► parked  │
 *      └───────────────┘ owner void or failed
 * </pre>
 */
final class PartitionWorker {
  private static final Logger log = LoggerFactory.getLogger(PartitionWorker.class);

  /**
   * What the workers of a loop share.
   *
   * @param takeOvers a permit for each take-over that may go on at a time
   * @param firstPause before a second try to take a partition over
   * @param changed told by any thread that {@link #reading} may have changed
   * @param ended told that a worker has ended
   */
  record Shared(
      PartitionOwner.Factory owners,
      CommittedOffsets offsets,
      Semaphore takeOvers,
      Duration firstPause,
      FailureCounts failures,
      ReadAhead readAhead,
      Consumer<PartitionWorker> changed,
      Consumer<PartitionWorker> ended) {}

  private final TopicPartition id;
  private final Shared shared;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread;
  private final Holding holding;
  private final FailedOwners failed;
  private final NextOwner next;
  private volatile @Nullable OwnerRun run;
  private volatile @Nullable String parked;

  PartitionWorker(TopicPartition id, Shared shared) {
    this.id = id;
    this.shared = shared;
    this.thread = Thread.ofVirtual().name("partition-" + id).unstarted(this::run);
    this.holding = new Holding(thread);
    this.failed = new FailedOwners(id, shared.failures);
    this.next = new NextOwner(id, shared, failed, holding, this::changed);
  }

  // ---------------------------------------------------------------------------- any thread

  TopicPartition id() {
    return id;
  }

  void start() {
    thread.start();
  }

  /** The owner that takes records; empty while there is none. */
  Optional<OwnerRun> reading() {
    return Optional.ofNullable(run);
  }

  /** What may be committed, as of lately; a commit that is old is always safe. */
  Optional<OffsetAndMetadata> commit() {
    return reading().map(OwnerRun::commit).or(next::from);
  }

  /** Why nothing is done with it any more, as a sentence for an operator; empty while it is. */
  Optional<String> parked() {
    return Optional.ofNullable(parked);
  }

  /** Takes the partition away; to be lost may come after another way. */
  void take(Taken how) {
    holding.end(how);
    reading().ifPresent(owner -> owner.partition().nudge());
  }

  /** Waits until the last commit of a partition taken away is published. */
  boolean awaitReleased(long nanos) throws InterruptedException {
    OwnerRun leaving = run;
    return leaving == null || leaving.awaitReleased(nanos);
  }

  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /** Waits until it has ended, then tells it to end whatever is left. */
  void awaitEnd(long nanos) throws InterruptedException {
    if (!ended.await(nanos, TimeUnit.NANOSECONDS)) {
      thread.interrupt();
    }
  }

  // ---------------------------------------------------------------------------- its thread

  private void changed() {
    shared.changed.accept(this);
  }

  private void run() {
    try {
      while (holding.lasts()) {
        takeOver();
      }
    } catch (InterruptedException | InterruptException e) {
      // Taken away, or the process ends.
    } catch (RuntimeException | Error e) {
      log.error("{}: its worker has failed: {}", id, e.toString(), e);
      parked = sentence("its worker has failed: " + e);
    } finally {
      ended.countDown();
      shared.ended.accept(this);
    }
  }

  /** Takes the partition over, and leads the life of its owner to the end. */
  private void takeOver() throws InterruptedException {
    try {
      Optional<OwnerRun> owner = next.own();
      if (owner.isPresent()) {
        live(owner.get());
      }
    } catch (ParkedException e) {
      park(String.valueOf(e.getMessage()));
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** What the worker itself throws costs an owner, too. */
  private void failed(Throwable cause) throws InterruptedException {
    OwnerRun lost = run;
    run = null;
    changed();
    try {
      if (lost != null) {
        next.continueFrom(lost.commit());
        lost.giveUp();
      }
      failed.addUnborn(cause);
    } catch (ParkedException e) {
      park(String.valueOf(e.getMessage()));
    }
  }

  private void live(OwnerRun owner) throws InterruptedException, ParkedException {
    long began = System.nanoTime();
    run = owner;
    changed();
    Optional<OwnerFailure> failure = owner.run();
    next.continueFrom(owner.commit());
    if (holding.lasts()) {
      run = null;
    }
    changed();
    if (failure.isPresent()) {
      Duration life = Duration.ofNanos(System.nanoTime() - began);
      failed.add(failure.get(), life);
      if (failure.get() instanceof OwnerFailure.Said) {
        next.wasVoid(life);
      }
    }
  }

  /** Does nothing any more until the partition is taken away. */
  private void park(String why) throws InterruptedException {
    parked = sentence(why);
    log.error("{}", parked);
    changed();
    holding.awaitEnd();
  }

  private String sentence(String why) {
    return "partition %d of %s is parked until this process is restarted: %s"
        .formatted(id.partition(), id.topic(), why);
  }
}
