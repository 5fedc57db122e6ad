package dev.parley.turnlog;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * The life of one owner of a partition, from its take-over until it is given up or has nothing left
 * to finish. {@link #takeOver} and {@link #run} are the partition's thread's; what other threads
 * may call says so.
 */
final class OwnerRun implements OwnedPartition {
  /** How old the commit that the poll thread finds may be. */
  private static final long PUBLISHED_NANOS = Duration.ofMillis(200).toNanos();

  /** For what waits in the mailbox when the partition is taken away: acknowledgements, mostly. */
  private static final long LAST_MAIL_NANOS = Duration.ofMillis(20).toNanos();

  /** What an owner's life needs of the worker. */
  interface Worker {
    /** How the partition was taken away; null while it is held. */
    @Nullable Taken taken();

    /** Whether records flow may have changed. */
    void changed();
  }

  private final TopicPartition id;
  private final OffsetAndMetadata from;
  private final Set<Long> unfit;
  private final Worker worker;
  private final Mailbox mailbox;
  private final CountDownLatch released = new CountDownLatch(1);
  private @Nullable PartitionOwner owner;
  private volatile OffsetAndMetadata commit;
  private volatile long position;
  private volatile boolean isPaused;
  private volatile boolean isHeldUp;
  private @Nullable String startOver;
  private OptionalLong handled = OptionalLong.empty();
  private long publishedNanos;

  /** {@code unfit}: offsets of records that owners have failed on; one that is met is taken out. */
  OwnerRun(
      TopicPartition id,
      OffsetAndMetadata from,
      Set<Long> unfit,
      ReadAhead readAhead,
      Worker worker) {
    this.id = id;
    this.from = from;
    this.commit = from;
    this.position = from.offset();
    this.unfit = unfit;
    this.mailbox = new Mailbox(readAhead);
    this.worker = worker;
  }

  // ---------------------------------------------------------------------------- other threads

  /** Takes a batch; dropped when the life is over. */
  void offer(List<ConsumerRecord<byte[], byte[]>> records) {
    mailbox.put(records);
  }

  /** Whether records may be read for it; if not, the worker is told when that has changed. */
  boolean wantsRecords() {
    if (isPaused) {
      return false;
    }
    if (mailbox.isFull()) {
      isHeldUp = true;
      // It may have taken one just before that.
      return !mailbox.isFull();
    }
    return true;
  }

  /** What may be committed, as of lately. */
  OffsetAndMetadata commit() {
    return commit;
  }

  void nudge() {
    mailbox.nudge();
  }

  /** Waits until the last commit of a partition taken away is published. */
  boolean awaitReleased(long nanos) throws InterruptedException {
    return released.await(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public TopicPartition id() {
    return id;
  }

  @Override
  public OffsetAndMetadata committed() {
    return from;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void post(Runnable task) {
    mailbox.put(task);
  }

  @Override
  public void postWhenRoom(Runnable task) throws InterruptedException {
    mailbox.putWhenRoom(task);
  }

  // ---------------------------------------------------------------------------- its thread

  @Override
  public void pause() {
    isPaused = true;
    worker.changed();
  }

  @Override
  public void resume() {
    isPaused = false;
    worker.changed();
  }

  @Override
  public void startOver(String reason) {
    if (startOver == null) {
      startOver = reason;
    }
  }

  void takeOver(PartitionOwner.Factory owners)
      throws InterruptedException, ExecutionException, TimeoutException, ParkedException {
    owner = owners.own(this);
  }

  /**
   * Works until the partition is taken away and all is finished, or the owner is to be given up.
   */
  Optional<OwnerFailure> run() throws InterruptedException {
    PartitionOwner working = owner;
    if (working == null) {
      throw new IllegalStateException("not taken over");
    }
    Optional<OwnerFailure> failure;
    try {
      failure = work(working);
      if (failure.isEmpty()) {
        leave(working);
      }
    } catch (InterruptException e) {
      quietly(working::lost);
      throw new InterruptedException(e.getMessage());
    } catch (InterruptedException e) {
      quietly(working::lost);
      throw e;
    } catch (RuntimeException | Error e) {
      failure = Optional.of(new OwnerFailure.Threw(e, handled));
    } finally {
      released.countDown();
      if (mailbox.close()) {
        worker.changed();
      }
    }
    if (failure.isPresent()) {
      quietly(working::lost);
    }
    return failure;
  }

  private Optional<OwnerFailure> work(PartitionOwner working) throws InterruptedException {
    long tick = System.nanoTime();
    while (worker.taken() == null) {
      Optional<Mailbox.Mail> mail = mailbox.take(tick - System.nanoTime());
      if (mail.isPresent()) {
        handle(working, mail.get());
      }
      long now = System.nanoTime();
      if (startOver == null && now - tick >= 0) {
        working.tick();
        tick = now + TimeUnit.MILLISECONDS.toNanos(working.tickMillis());
      }
      if (startOver != null) {
        publish(working);
        return Optional.of(new OwnerFailure.Said(startOver));
      }
      if (now - publishedNanos >= PUBLISHED_NANOS) {
        publish(working);
      }
    }
    return Optional.empty();
  }

  private void handle(PartitionOwner working, Mailbox.Mail mail) {
    switch (mail) {
      case Mailbox.Mail.Batch batch -> {
        if (isHeldUp) {
          isHeldUp = false;
          worker.changed();
        }
        try {
          handle(working, batch.records());
        } finally {
          done(batch);
        }
      }
      case Mailbox.Mail.Task task -> task.run().run();
      case Mailbox.Mail.Nudge _ -> {}
    }
  }

  private void handle(PartitionOwner working, List<ConsumerRecord<byte[], byte[]>> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (worker.taken() != null || startOver != null) {
        return;
      }
      handle(working, record);
    }
  }

  private void done(Mailbox.Mail.Batch batch) {
    if (mailbox.worked(batch)) {
      worker.changed();
    }
  }

  private void handle(PartitionOwner working, ConsumerRecord<byte[], byte[]> record) {
    position = record.offset() + 1;
    if (unfit.remove(record.offset())) {
      working.unfit(record);
    } else {
      handled = OptionalLong.of(record.offset());
      working.record(record);
      handled = OptionalLong.empty();
    }
  }

  private void publish(PartitionOwner working) {
    working.committable().ifPresent(last -> commit = last);
    publishedNanos = System.nanoTime();
  }

  // ---------------------------------------------------------------------------- taken away

  private void leave(PartitionOwner leaving) throws InterruptedException {
    Taken how = worker.taken();
    if (how != Taken.LOST) {
      lastMail();
      if (how == Taken.STOPPING) {
        leaving.stopping();
      }
      leaving.revoked();
      publish(leaving);
      released.countDown();
      finish(leaving);
    }
    if (worker.taken() == Taken.LOST || startOver != null) {
      leaving.lost();
    } else {
      leaving.close();
    }
  }

  /** What is in the mailbox is known already: better heeded, while that takes no time. */
  private void lastMail() throws InterruptedException {
    long until = System.nanoTime() + LAST_MAIL_NANOS;
    for (int n = mailbox.size(); n > 0 && System.nanoTime() - until < 0; n--) {
      lastMail(mailbox.take(0));
    }
  }

  /** Records are the next owner's. */
  private void lastMail(Optional<Mailbox.Mail> mail) {
    switch (mail.orElse(null)) {
      case Mailbox.Mail.Task task -> task.run().run();
      case Mailbox.Mail.Batch batch -> done(batch);
      case Mailbox.Mail.Nudge _ -> {}
      case null -> {}
    }
  }

  private void finish(PartitionOwner leaving) throws InterruptedException {
    long tick = System.nanoTime();
    while (worker.taken() != Taken.LOST && startOver == null && !leaving.isDone()) {
      lastMail(mailbox.take(tick - System.nanoTime()));
      long now = System.nanoTime();
      if (now - tick >= 0) {
        leaving.tick();
        tick = now + TimeUnit.MILLISECONDS.toNanos(leaving.tickMillis());
      }
    }
  }

  /** For what comes last, of which nothing is expected any more. */
  private static void quietly(Runnable last) {
    try {
      last.run();
    } catch (RuntimeException | Error e) {
      PartitionWorker.log.error("an owner that is given up failed once more: {}", e.toString(), e);
    }
  }
}
