package dev.parley.turnlog;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * What a process does with one partition while it owns it. Every method is called on the loop's
 * poll thread and must not block; what others finish comes back through {@link
 * OwnedPartition#post}.
 */
public interface PartitionOwner {
  /** Makes an owner for a partition that this process has just been assigned. */
  @FunctionalInterface
  interface Factory {
    PartitionOwner own(OwnedPartition partition);
  }

  /** The next record, in offset order; offsets may have gaps. */
  void record(ConsumerRecord<byte[], byte[]> record);

  /** Time passes: called after every poll, thus at least every 20 ms. */
  void tick();

  /** Whether it takes records; until then it prepares to. */
  default boolean isWorking() {
    return true;
  }

  /** What may be committed now; empty when there is nothing to commit yet. */
  Optional<OffsetAndMetadata> committable();

  /** The process is to stop: {@link #revoked} follows at once. */
  default void stopping() {}

  /**
   * The partition is taken away in an orderly manner and {@link #committable} will be asked once
   * more; back within 100 ms. Nothing else is called afterwards: what is posted from now on is
   * dropped, so an owner that has something left to finish needs a thread of its own.
   */
  void revoked();

  /** The partition is already another's: stop everything, nothing will be committed. */
  void lost();
}
