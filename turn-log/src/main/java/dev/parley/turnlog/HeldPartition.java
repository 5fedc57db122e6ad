package dev.parley.turnlog;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A partition that the group has given to this process, as the poll thread sees it: for which owner
 * it is read, whether it flows, and since when its commit stands. The poll thread's.
 */
final class HeldPartition {
  private final PartitionWorker worker;
  private final TopicPartition id;

  /** The owner whose records are read now. */
  private @Nullable OwnerRun reads;

  private boolean flows;
  private final Progress progress = new Progress(System.nanoTime());

  /** It does not flow yet: the consumer has paused it. */
  HeldPartition(PartitionWorker worker) {
    this.worker = worker;
    this.id = worker.id();
  }

  PartitionWorker worker() {
    return worker;
  }

  /**
   * Hands records over; while there is nobody to take them they are dropped, and read again for the
   * next owner, who begins at its commit.
   */
  void offer(List<ConsumerRecord<byte[], byte[]>> records) {
    if (reads != null) {
      reads.partition().offer(records);
    }
  }

  /**
   * Sees to it that the partition is read for the owner that it has now, and flows or not.
   *
   * @param room what there is beside what waits for all workers
   */
  void adjust(Consumer<byte[], byte[]> consumer, ReadAhead.Room room) {
    OwnerRun reading = worker.reading().orElse(null);
    if (reading != reads) {
      reads = reading;
      if (reading != null) {
        consumer.seek(id, reading.partition().committed().offset());
      }
    }
    boolean wanted = reading != null && reading.partition().wantsRecords(room);
    if (wanted != flows) {
      flows = wanted;
      if (wanted) {
        consumer.resume(Set.of(id));
      } else {
        consumer.pause(Set.of(id));
      }
    }
  }

  /** What may be committed, as of lately. */
  Optional<OffsetAndMetadata> commit() {
    return worker.commit();
  }

  /**
   * How it stands.
   *
   * @param unread as Kafka has said it
   */
  PartitionState state(OptionalLong unread, long nowNanos) {
    OwnerRun reading = worker.reading().orElse(null);
    long position = reading == null ? 0 : reading.partition().position();
    OptionalLong committable =
        reading == null ? OptionalLong.empty() : OptionalLong.of(reading.commit().offset());
    committable.ifPresent(offset -> progress.owned(offset, position + unread.orElse(0), nowNanos));
    return new PartitionState(
        id.partition(),
        position,
        unread,
        committable,
        progress.standing(nowNanos),
        progress.ownerless(nowNanos),
        worker.parked());
  }
}
