package dev.parley.turnlog;

import java.util.concurrent.atomic.LongAdder;

/** How often owners of partitions were given up, since the start of the process. Any thread. */
public final class FailureCounts {
  private final LongAdder records = new LongAdder();
  private final LongAdder owners = new LongAdder();
  private final LongAdder startedOver = new LongAdder();

  void record() {
    records.increment();
  }

  void owner() {
    owners.increment();
  }

  void startedOver() {
    startedOver.increment();
  }

  /** Records that an owner failed on unexpectedly, and that were set aside for it. */
  public long records() {
    return records.sum();
  }

  /** Owners that failed unexpectedly without a record that is to blame. */
  public long owners() {
    return owners.sum();
  }

  /** Owners that were void by their own word: another has claimed, the ledger cannot be written. */
  public long startOvers() {
    return startedOver.sum();
  }
}
