package dev.parley.turnlog;

import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The life of a partition's owner, as its worker leads it, step by step: for a model, which has one
 * thread and one clock for all.
 */
public final class SteppedOwner {
  private final HandedPartition partition;
  private final Holding holding = new Holding(Thread.currentThread());
  private final OwnerRun run;

  /**
   * An owner that has taken over.
   *
   * @param from what was committed last
   * @param nanos the time
   */
  public SteppedOwner(
      TopicPartition id,
      OffsetAndMetadata from,
      Function<OwnedPartition, PartitionOwner> owner,
      LongSupplier nanos) {
    partition = new HandedPartition(id, from, new ReadAhead(Long.MAX_VALUE), () -> {});
    run =
        new OwnerRun(
            owner.apply(partition),
            partition,
            new FailedOwners(id, new FailureCounts()),
            holding,
            nanos);
  }

  /** Hands it what was read, as the poll thread does, unless it has enough. */
  public boolean offer(List<ConsumerRecord<byte[], byte[]>> records) {
    boolean wanted = partition.wantsRecords(ReadAhead.Room.ROOMY);
    if (wanted) {
      partition.offer(records);
    }
    return wanted;
  }

  /** Does one thing that has come, and what is due; false when nothing had come. */
  public boolean step() {
    boolean had = isWaitedFor();
    try {
      run.step(0);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return had;
  }

  /** Whether something has come that is not done. */
  public boolean isWaitedFor() {
    return partition.waiting() > 0;
  }

  /** The partition is taken away. */
  public void revoke() {
    holding.end(Taken.REVOKED);
  }

  /** The partition is another's already. */
  public void lose() {
    holding.end(Taken.LOST);
  }

  /** What the poll thread would commit now. */
  public OffsetAndMetadata commit() {
    return run.commit();
  }

  public boolean hasEnded() {
    return run.hasEnded();
  }
}
