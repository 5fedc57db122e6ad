package dev.parley.turnlog.story;

import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A stretch of one partition while it is read: how far it goes, and how far it is read. One thread.
 */
final class StretchReading {
  private final TopicPartition partition;
  private final BoundedReading.Visitor visitor;
  private long from;
  private long to;
  private long position;
  private OptionalLong firstMillis = OptionalLong.empty();

  StretchReading(TopicPartition partition, BoundedReading.Visitor visitor) {
    this.partition = partition;
    this.visitor = visitor;
  }

  /** Nothing is read yet, and there is nothing behind {@code to}. */
  void begin(long from, long to) {
    this.from = from;
    this.to = Math.max(from, to);
    this.position = from;
  }

  /** Tells the visitor of a record, if it belongs to the stretch. */
  boolean record(ConsumerRecord<byte[], byte[]> record) {
    if (record.offset() >= to) {
      return false;
    }
    if (firstMillis.isEmpty()) {
      firstMillis = OptionalLong.of(record.timestamp());
    }
    visitor.read(record);
    return true;
  }

  /**
   * It is read up to here.
   *
   * @return whether that is further than before
   */
  boolean moveTo(long next) {
    boolean isFurther = next > position;
    position = next;
    return isFurther;
  }

  boolean isDone() {
    return position >= to;
  }

  /** How many offsets it has. */
  long length() {
    return to - from;
  }

  /** How many offsets are left. */
  long left() {
    return Math.max(0, to - position);
  }

  /** How far it is read, as a sentence. */
  String progress() {
    return partition + " is read up to offset " + position + " of " + to;
  }

  StoryReader.Stretch stretch() {
    return new StoryReader.Stretch(partition.topic(), partition.partition(), from, to, firstMillis);
  }
}
