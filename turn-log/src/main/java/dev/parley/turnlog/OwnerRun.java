package dev.parley.turnlog;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one owner of a partition, from its take-over until it is given up or has nothing left
 * to finish; and the commit that it publishes meanwhile. {@link #run} is the partition's thread's;
 * what other threads may call says so.
 */
final class OwnerRun {
  private static final Logger log = LoggerFactory.getLogger(OwnerRun.class);

  /** How old the commit that the poll thread finds may be. */
  private static final long PUBLISHED_NANOS = Duration.ofMillis(200).toNanos();

  /** For what waits in the mailbox when the partition is taken away: acknowledgements, mostly. */
  private static final long LAST_MAIL_NANOS = Duration.ofMillis(20).toNanos();

  private final PartitionOwner owner;
  private final HandedPartition partition;
  private final Holding holding;
  private final OwnerAtWork work;
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile OffsetAndMetadata commit;
  private long publishedNanos;

  /** {@code owner}: has taken over this partition. */
  OwnerRun(PartitionOwner owner, HandedPartition partition, FailedOwners failed, Holding holding) {
    this.owner = owner;
    this.partition = partition;
    this.holding = holding;
    this.work = new OwnerAtWork(owner, partition, failed, holding);
    this.commit = partition.committed();
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
    Optional<OwnerFailure> failure;
    try {
      failure = work();
      if (failure.isEmpty()) {
        leave();
      }
    } catch (InterruptException e) {
      loseQuietly();
      throw new InterruptedException(e.getMessage());
    } catch (InterruptedException e) {
      loseQuietly();
      throw e;
    } catch (RuntimeException | Error e) {
      failure = Optional.of(work.failure(e));
    } finally {
      released.countDown();
      partition.close();
    }
    if (failure.isPresent()) {
      loseQuietly();
    }
    return failure;
  }

  private Optional<OwnerFailure> work() throws InterruptedException {
    work.tickSoon();
    while (holding.lasts()) {
      Optional<Mailbox.Mail> mail = partition.take(work.nanosToTick());
      if (mail.isPresent()) {
        work.handle(mail.get());
      }
      long now = System.nanoTime();
      work.tickIfDue(now);
      String startOver = partition.startOver();
      if (startOver != null) {
        publish();
        return Optional.of(new OwnerFailure.Said(startOver));
      }
      if (now - publishedNanos >= PUBLISHED_NANOS) {
        publish();
      }
    }
    return Optional.empty();
  }

  private void publish() {
    owner.committable().ifPresent(last -> commit = last);
    publishedNanos = System.nanoTime();
  }

  // ---------------------------------------------------------------------------- taken away

  private void leave() throws InterruptedException {
    Taken how = holding.taken();
    if (how != Taken.LOST) {
      lastMail();
      if (how == Taken.STOPPING) {
        owner.stopping();
      }
      owner.revoked();
      publish();
      released.countDown();
      finish();
    }
    if (holding.taken() == Taken.LOST || partition.isVoid()) {
      owner.lost();
    } else {
      owner.close();
    }
  }

  /** What is in the mailbox is known already: better heeded, while that takes no time. */
  private void lastMail() throws InterruptedException {
    long until = System.nanoTime() + LAST_MAIL_NANOS;
    for (int n = partition.waiting(); n > 0 && System.nanoTime() - until < 0; n--) {
      work.handleLast(partition.take(0));
    }
  }

  private void finish() throws InterruptedException {
    work.tickSoon();
    while (holding.taken() != Taken.LOST && !partition.isVoid() && !owner.isDone()) {
      work.handleLast(partition.take(work.nanosToTick()));
      work.tickIfDue(System.nanoTime());
    }
  }

  /** It comes last, and nothing is expected of it any more. */
  private void loseQuietly() {
    try {
      owner.lost();
    } catch (RuntimeException | Error e) {
      log.error("an owner that is given up failed once more: {}", e.toString(), e);
    }
  }
}
