package dev.parley.dispatcher;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * Keeps the commit before each record that is being set aside, until Kafka has it in {@code
 * parley.dead-letters}: else the record could be lost with this process. One thread.
 */
final class DeadLetterHold {
  /** What may be committed before the record at an offset, the first one held first. */
  private final SequencedMap<Long, OffsetAndMetadata> held = new LinkedHashMap<>();

  /**
   * The record at {@code offset} is to be set aside.
   *
   * @param commit what may be committed now, were it not for this record
   */
  void hold(long offset, OffsetAndMetadata commit) {
    held.putIfAbsent(
        offset,
        commit.offset() <= offset ? commit : new OffsetAndMetadata(offset, commit.metadata()));
  }

  /** Kafka has it. */
  void letGo(long offset) {
    held.remove(offset);
  }

  /**
   * What may be committed.
   *
   * @param commit what may be committed, were it not for the records held
   */
  OffsetAndMetadata commit(OffsetAndMetadata commit) {
    return held.isEmpty() ? commit : held.firstEntry().getValue();
  }
}
