package dev.parley.turnlog.story;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One thing that a record tells of a turn.
 *
 * @param place the record's
 * @param millis when the broker appended it, in epoch milliseconds
 * @param counts false for what is void: written by an owner after a higher one's claim, or spoken
 *     by another source than the turn's
 * @param told what happened
 */
public record StoryEntry(Place place, long millis, boolean counts, Told told) {
  /** The most that is kept of a topic for one turn. */
  static final int MOST = 5_000;

  static StoryEntry of(ConsumerRecord<byte[], byte[]> record, boolean counts, Told told) {
    return new StoryEntry(Place.of(record), record.timestamp(), counts, told);
  }
}
