package dev.parley.turnlog;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** A partition in the hands of a {@link PartitionOwner}, and what the owner may ask for. */
public interface OwnedPartition {
  TopicPartition id();

  /**
   * From where the owner works: what was committed last, or where the log starts when nothing ever
   * was. The first record that {@link PartitionOwner#record} is given stands there or behind it.
   */
  OffsetAndMetadata committed();

  /**
   * Offset of the next record that {@link PartitionOwner#record} will be given. The partition's
   * thread only.
   */
  long position();

  /**
   * Runs {@code task} on the partition's thread, in the order posted. From any thread; never waits.
   * Dropped when the partition is no longer in the hands of the owner that posts.
   */
  void post(Runnable task);

  /**
   * The same for those who can wait, such as readers of what a peer sends: waits while much of
   * theirs waits already.
   *
   * @param bytes what the task keeps of the heap, about
   */
  void postWhenRoom(Runnable task, int bytes) throws InterruptedException;

  /** Stops the flow of records until {@link #resume}. The partition's thread only. */
  void pause();

  /** Lets records flow again. The partition's thread only. */
  void resume();

  /**
   * Everything the owner does is void: after its present call it is told so by {@link
   * PartitionOwner#lost}, and the partition is taken over anew, from what could be committed last.
   * The partition's thread only.
   */
  void startOver(String reason);
}
