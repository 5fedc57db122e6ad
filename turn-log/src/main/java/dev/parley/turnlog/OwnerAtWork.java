package dev.parley.turnlog;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * An owner that is given its mail, record by record, and its ticks in time. When it throws, this
 * knows which record is to blame. The partition's thread.
 */
final class OwnerAtWork {
  private final PartitionOwner owner;
  private final HandedPartition partition;
  private final FailedOwners failed;
  private final Holding holding;

  /** The record that the owner has been given and has not come back from. */
  private OptionalLong handled = OptionalLong.empty();

  private final LongSupplier nanos;
  private long tickNanos;

  OwnerAtWork(
      PartitionOwner owner,
      HandedPartition partition,
      FailedOwners failed,
      Holding holding,
      LongSupplier nanos) {
    this.owner = owner;
    this.partition = partition;
    this.failed = failed;
    this.holding = holding;
    this.nanos = nanos;
    this.tickNanos = nanos.getAsLong();
  }

  /** How long it can do without the next tick, in nanoseconds. */
  long nanosToTick() {
    return tickNanos - nanos.getAsLong();
  }

  /** Ticks, if it is time; not when all is void. */
  void tickIfDue() {
    long now = nanos.getAsLong();
    if (now - tickNanos >= 0 && !partition.isVoid()) {
      owner.tick();
      tickNanos = now + TimeUnit.MILLISECONDS.toNanos(owner.tickMillis());
    }
  }

  /** The next tick is due now. */
  void tickSoon() {
    tickNanos = nanos.getAsLong();
  }

  void handle(Mailbox.Mail mail) {
    switch (mail) {
      case Mailbox.Mail.Batch batch -> {
        partition.begun();
        try {
          handle(batch.records());
        } finally {
          partition.done(batch);
        }
      }
      case Mailbox.Mail.Task task -> task.run().run();
      case Mailbox.Mail.Nudge _ -> {}
    }
  }

  private void handle(List<ConsumerRecord<byte[], byte[]>> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (!holding.lasts() || partition.isVoid()) {
        return;
      }
      handle(record);
    }
  }

  private void handle(ConsumerRecord<byte[], byte[]> record) {
    partition.reached(record.offset());
    if (failed.isUnfit(record.offset())) {
      owner.unfit(record);
    } else {
      handled = OptionalLong.of(record.offset());
      owner.record(record);
      handled = OptionalLong.empty();
    }
  }

  /** What comes once the partition was taken away: records are the next owner's. */
  void handleLast(Optional<Mailbox.Mail> mail) {
    switch (mail.orElse(null)) {
      case Mailbox.Mail.Task task -> task.run().run();
      case Mailbox.Mail.Batch batch -> partition.done(batch);
      case Mailbox.Mail.Nudge _ -> {}
      case null -> {}
    }
  }

  /** It has thrown this. */
  OwnerFailure failure(Throwable cause) {
    return new OwnerFailure.Threw(cause, handled);
  }
}
