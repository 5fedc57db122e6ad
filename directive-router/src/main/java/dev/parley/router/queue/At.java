package dev.parley.router.queue;

/**
 * Where and when a record stands in the ledger. The time is the broker's, so that reading the same
 * records again decides the same.
 *
 * @param offset the record's offset
 * @param millis when it was appended, in epoch milliseconds
 */
public record At(long offset, long millis) {
  /** How many messages one record can release: all that a turn's {@code turn-sent} waited for. */
  static final int PER_RECORD = 1024;

  /**
   * The position of the {@code index}-th message that this record releases: grows with the ledger,
   * and is the same after a restart. A device sees it as the cursor.
   */
  long position(int index) {
    return offset * PER_RECORD + Math.min(index, PER_RECORD - 1);
  }
}
