package dev.parley.producer;

import dev.parley.protocol.record.RawRecord;

/** What a publisher wants of Kafka. From any thread. */
interface RecordSink {
  /** Where a record was put. */
  record Place(long offset, long timestampMillis) {}

  /**
   * How many partitions the speech topic has.
   *
   * @throws PublishException when there is no such topic or no broker, after 10 s at most
   */
  int partitions() throws PublishException;

  /**
   * Appends a record and waits until it is acknowledged. Not cut short by an interrupt, so that a
   * thread that is being stopped can still publish a cancel.
   *
   * @throws PublishException when it is not acknowledged
   */
  Place append(int partition, RawRecord record) throws PublishException;

  /** Waits a little for what is under way, then lets go. */
  void close();
}
