package dev.parley.turnlog;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * What a process does with one partition while it owns it. Every method is called on the
 * partition's own thread, one at a time; what others finish comes back through {@link
 * OwnedPartition#post}. Whatever a method throws ends this owner, not the process: the partition is
 * taken over anew from its commit.
 */
public interface PartitionOwner {
  /** Makes an owner for a partition that this process has been assigned. */
  @FunctionalInterface
  interface Factory {
    /**
     * Takes the partition over. May block; interrupted when the partition is taken away meanwhile.
     *
     * @throws ExecutionException when Kafka can't be asked; it is tried again
     * @throws TimeoutException when somebody did not answer in time; it is tried again
     * @throws ParkedException when trying again would not help
     */
    PartitionOwner own(OwnedPartition partition)
        throws InterruptedException, ExecutionException, TimeoutException, ParkedException;
  }

  /** The next record, in offset order; offsets may have gaps. */
  void record(ConsumerRecord<byte[], byte[]> record);

  /**
   * The next record, which an owner of this process has failed on before: it is to be set aside as
   * {@code internal}.
   */
  void unfit(ConsumerRecord<byte[], byte[]> record);

  /** Time passes. */
  void tick();

  /** How long it can do without {@link #tick}, in milliseconds. */
  long tickMillis();

  /** What may be committed now; empty when there is nothing to commit yet. */
  Optional<OffsetAndMetadata> committable();

  /** The process is to stop: {@link #revoked} follows at once. */
  default void stopping() {}

  /**
   * The partition is taken away in an orderly manner: {@link #committable} is asked once more, and
   * quickly, for the group waits. No record comes any more; ticks and what is posted go on until
   * {@link #isDone}.
   */
  void revoked();

  /** Whether there is nothing left to finish after {@link #revoked}. */
  default boolean isDone() {
    return true;
  }

  /** Lets go of what it has, once it is done. May block for some seconds. */
  default void close() {}

  /**
   * Everything it does is void: it is another's partition already, or this owner has failed. It
   * stops and lets go at once, and nothing is called afterwards.
   */
  void lost();
}
