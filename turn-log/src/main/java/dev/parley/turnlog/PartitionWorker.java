package dev.parley.turnlog;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
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
  static final Logger log = LoggerFactory.getLogger(PartitionWorker.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /**
   * What the workers of a loop share.
   *
   * @param takeOvers a permit for each take-over that may go on at a time
   * @param changed told by any thread that {@link #reading} may have changed
   * @param ended told that a worker has ended
   */
  record Shared(
      PartitionOwner.Factory owners,
      CommittedOffsets offsets,
      Semaphore takeOvers,
      FailureCounts failures,
      ReadAhead readAhead,
      Consumer<PartitionWorker> changed,
      Consumer<PartitionWorker> ended) {}

  private final TopicPartition id;
  private final Shared shared;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch takenAway = new CountDownLatch(1);
  private final Thread thread;
  private final Backoff backoff =
      new Backoff(FIRST_PAUSE, LONGEST_PAUSE, RandomGenerator.getDefault());
  private final Strikes strikes = new Strikes();

  /** Offsets of records that owners have failed on. */
  private final Set<Long> unfit = new HashSet<>();

  private final OwnerRun.Worker life =
      new OwnerRun.Worker() {
        @Override
        public @Nullable Taken taken() {
          return taken;
        }

        @Override
        public void changed() {
          shared.changed.accept(PartitionWorker.this);
        }
      };

  private volatile @Nullable Taken taken;
  private volatile @Nullable OwnerRun run;
  private volatile @Nullable OffsetAndMetadata from;
  private volatile @Nullable String parked;
  private boolean isInterruptible;

  PartitionWorker(TopicPartition id, Shared shared) {
    this.id = id;
    this.shared = shared;
    this.thread = Thread.ofVirtual().name("partition-" + id).unstarted(this::run);
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
    return reading().map(OwnerRun::commit).or(() -> Optional.ofNullable(from));
  }

  /** Why nothing is done with it any more, as a sentence for an operator; empty while it is. */
  Optional<String> parked() {
    return Optional.ofNullable(parked);
  }

  /** Takes the partition away; to be lost may come after another way. */
  void take(Taken how) {
    synchronized (this) {
      taken = how;
      if (isInterruptible) {
        thread.interrupt();
      }
    }
    takenAway.countDown();
    reading().ifPresent(OwnerRun::nudge);
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

  private void run() {
    try {
      while (taken == null) {
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
    Optional<OwnerRun> next = own();
    if (next.isEmpty()) {
      return;
    }
    long began = System.nanoTime();
    OwnerRun working = next.get();
    run = working;
    life.changed();
    Optional<OwnerFailure> failure = working.run();
    from = working.commit();
    if (taken == null) {
      run = null;
    }
    life.changed();
    if (failure.isPresent()) {
      handle(failure.get(), Duration.ofNanos(System.nanoTime() - began));
    }
  }

  /** Tries to take the partition over, again and again; empty when it was taken away meanwhile. */
  private Optional<OwnerRun> own() throws InterruptedException {
    boolean isTold = false;
    while (taken == null) {
      try {
        return Optional.of(ownOnce());
      } catch (InterruptException e) {
        throw new InterruptedException(e.getMessage());
      } catch (ExecutionException | TimeoutException | KafkaException e) {
        if (!isTold) {
          log.warn("{}: not taken over yet, it is tried again: {}", id, e.toString());
          isTold = true;
        }
      } catch (ParkedException e) {
        park(String.valueOf(e.getMessage()));
      } catch (RuntimeException | Error e) {
        handle(new OwnerFailure.Threw(e, OptionalLong.empty()), Duration.ZERO);
      }
      boolean _ = takenAway.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
    }
    return Optional.empty();
  }

  private OwnerRun ownOnce()
      throws InterruptedException, ExecutionException, TimeoutException, ParkedException {
    setInterruptible(true);
    shared.takeOvers.acquire();
    try {
      OffsetAndMetadata committed = from;
      if (committed == null) {
        committed = shared.offsets.of(id);
        from = committed;
      }
      OwnerRun next = new OwnerRun(id, committed, unfit, shared.readAhead, life);
      next.takeOver(shared.owners);
      backoff.reset();
      return next;
    } finally {
      shared.takeOvers.release();
      setInterruptible(false);
    }
  }

  /** Whether the thread is interrupted when the partition is taken away. */
  private synchronized void setInterruptible(boolean now) {
    isInterruptible = now;
    boolean _ = !now && Thread.interrupted();
  }

  private void handle(OwnerFailure failure, Duration lived) throws InterruptedException {
    switch (failure) {
      case OwnerFailure.Said said -> {
        shared.failures.startedOver();
        log.error("{} is taken over anew: {}", id, said.reason());
      }
      case OwnerFailure.Threw threw -> {
        if (isEnough(threw, lived)) {
          park("its owners have failed too often, the last one by " + threw.cause());
        }
      }
    }
  }

  private boolean isEnough(OwnerFailure.Threw threw, Duration lived) {
    Throwable cause = threw.cause();
    if (threw.record().isPresent()) {
      long offset = threw.record().getAsLong();
      shared.failures.record();
      unfit.add(offset);
      log.error("{}@{} is set aside, its owner failed on it: {}", id, offset, cause, cause);
      return strikes.record(System.nanoTime());
    }
    shared.failures.owner();
    log.error("{}: its owner has failed, another takes over: {}", id, cause, cause);
    return strikes.owner(lived);
  }

  /** Does nothing any more until the partition is taken away. */
  private void park(String why) throws InterruptedException {
    parked = sentence(why);
    log.error("{}", parked);
    life.changed();
    takenAway.await();
  }

  private String sentence(String why) {
    return "partition %d of %s is parked until this process is restarted: %s"
        .formatted(id.partition(), id.topic(), why);
  }
}
