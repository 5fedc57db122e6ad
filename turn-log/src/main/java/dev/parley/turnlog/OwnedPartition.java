package dev.parley.turnlog;

import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** A partition in the hands of a {@link PartitionOwner}, and what the owner may ask of the loop. */
public interface OwnedPartition {
  TopicPartition id();

  /** What was committed when the partition was assigned; empty when nothing ever was. */
  Optional<OffsetAndMetadata> committed();

  /**
   * Offset of the next record that {@link PartitionOwner#record} will be given. Poll thread only.
   */
  long position();

  /**
   * Runs {@code completion} on the poll thread, soon, in the order posted. From any thread. Dropped
   * when the partition is no longer owned by the owner that posts.
   */
  void post(Runnable completion);

  /** Stops the flow of records until {@link #resume}. Poll thread only. */
  void pause();

  /** Lets records flow again. Poll thread only. */
  void resume();

  /** Reads on from {@code offset}. Poll thread only. */
  void seek(long offset);
}
