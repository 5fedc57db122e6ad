package dev.parley.turnlog;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one owner of a partition, from its take-over until it is given up or has nothing left
 * to finish; and the commit that it publishes meanwhile. It goes step by step: a thread of the
 * partition's own {@link #run}s them, or who has one thread for all calls {@link #step}. What other
 * threads may call says so.
 */
final class OwnerRun {
  private static final Logger log = LoggerFactory.getLogger(OwnerRun.class);

  /** How old the commit that the poll thread finds may be. */
  private static final long PUBLISHED_NANOS = Duration.ofMillis(200).toNanos();

  /** For what waits in the mailbox when the partition is taken away: acknowledgements, mostly. */
  private static final long LAST_MAIL_NANOS = Duration.ofMillis(20).toNanos();

  private enum State {
    WORKING,
    FINISHING,
    ENDED
  }

  private final PartitionOwner owner;
  private final HandedPartition partition;
  private final FailedOwners failed;
  private final Holding holding;
  private final OwnerAtWork work;
  private final LongSupplier nanos;
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile OffsetAndMetadata commit;
  private State state = State.WORKING;
  private Optional<OwnerFailure> failure = Optional.empty();
  private long publishedNanos;

  /**
   * A life that begins.
   *
   * @param owner has taken over this partition
   * @param nanos a clock that is never stepped
   */
  OwnerRun(
      PartitionOwner owner,
      HandedPartition partition,
      FailedOwners failed,
      Holding holding,
      LongSupplier nanos) {
    this.owner = owner;
    this.partition = partition;
    this.failed = failed;
    this.holding = holding;
    this.work = new OwnerAtWork(owner, partition, failed, holding, nanos);
    this.nanos = nanos;
    this.commit = partition.committed();
    this.publishedNanos = nanos.getAsLong() - PUBLISHED_NANOS;
  }

  // ---------------------------------------------------------------------------- other threads

  /** What the owner has in its hands. */
  HandedPartition partition() {
    return partition;
  }

  /** What may be committed, as of lately. */
  OffsetAndMetadata commit() {
    return commit;
  }

  /** Waits until the last commit of a partition taken away is published. */
  boolean awaitReleased(long nanos) throws InterruptedException {
    return released.await(nanos, TimeUnit.NANOSECONDS);
  }

  // ---------------------------------------------------------------------------- its thread

  /**
   * Works until the partition is taken away and all is finished, or the owner is to be given up.
   */
  Optional<OwnerFailure> run() throws InterruptedException {
    work.tickSoon();
    while (!hasEnded()) {
      step(work.nanosToTick());
    }
    return failure;
  }

  boolean hasEnded() {
    return state == State.ENDED;
  }

  /** Does what has come, and what is due; waits for something to come no longer than this. */
  void step(long withinNanos) throws InterruptedException {
    try {
      switch (state) {
        case WORKING -> work(withinNanos);
        case FINISHING -> finish(withinNanos);
        case ENDED -> {}
      }
    } catch (InterruptException e) {
      giveUp();
      throw new InterruptedException(e.getMessage());
    } catch (InterruptedException e) {
      giveUp();
      throw e;
    } catch (RuntimeException | Error e) {
      fail(work.failure(e));
    }
  }

  private void work(long withinNanos) throws InterruptedException {
    if (!holding.lasts()) {
      leave();
      return;
    }
    Optional<Mailbox.Mail> mail = partition.take(withinNanos);
    if (mail.isPresent()) {
      work.handle(mail.get());
    }
    work.tickIfDue();
    String startOver = partition.startOver();
    if (startOver != null) {
      publish();
      fail(new OwnerFailure.Said(startOver));
    } else if (nanos.getAsLong() - publishedNanos >= PUBLISHED_NANOS) {
      publish();
    }
  }

  private void publish() {
    owner
        .committable()
        .ifPresent(last -> {
          commit = last;
          failed.committable(last.offset());
        });
    publishedNanos = nanos.getAsLong();
  }

  // ---------------------------------------------------------------------------- its end

  private void leave() throws InterruptedException {
    Taken how = holding.taken();
    if (how != Taken.LOST) {
      lastMail();
      if (how == Taken.STOPPING) {
        owner.stopping();
      }
      owner.revoked();
      publish();
    }
    released.countDown();
    work.tickSoon();
    state = State.FINISHING;
  }

  /** What is in the mailbox is known already: better heeded, while that takes no time. */
  private void lastMail() throws InterruptedException {
    long until = nanos.getAsLong() + LAST_MAIL_NANOS;
    for (int n = partition.waiting(); n > 0 && nanos.getAsLong() - until < 0; n--) {
      work.handleLast(partition.take(0));
    }
  }

  private void finish(long withinNanos) throws InterruptedException {
    if (holding.taken() == Taken.LOST || partition.isVoid()) {
      owner.lost();
      end();
    } else if (owner.isDone() && partition.waiting() == 0) {
      // In this order: whoever ended last may have told it something before.
      owner.close();
      end();
    } else {
      work.handleLast(partition.take(withinNanos));
      work.tickIfDue();
    }
  }

  private void end() {
    state = State.ENDED;
    released.countDown();
    partition.close();
  }

  private void fail(OwnerFailure why) {
    failure = Optional.of(why);
    giveUp();
  }

  /** To be lost comes last, and nothing is expected of it any more; once. */
  void giveUp() {
    if (hasEnded()) {
      return;
    }
    end();
    try {
      owner.lost();
    } catch (RuntimeException | Error e) {
      log.error("an owner that is given up failed once more: {}", e.toString(), e);
    }
  }
}
