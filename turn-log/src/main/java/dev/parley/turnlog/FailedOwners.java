package dev.parley.turnlog;

import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the failures of a partition's owners cost: the record that one failed on, which no other is
 * given as it is, then the owner, and when there are too many, the partition. Each is counted and
 * told in the log. The partition's thread.
 */
final class FailedOwners {
  private static final Logger log = LoggerFactory.getLogger(FailedOwners.class);

  private final TopicPartition id;
  private final FailureCounts counts;
  private final Strikes strikes = new Strikes();

  /** Offsets of records that owners have failed on, until the commit has passed them. */
  private final Set<Long> unfit = new HashSet<>();

  FailedOwners(TopicPartition id, FailureCounts counts) {
    this.id = id;
    this.counts = counts;
  }

  /**
   * An owner has failed.
   *
   * @param lived for how long it had worked
   * @throws ParkedException when another shall not take over
   */
  void add(OwnerFailure failure, Duration lived) throws ParkedException {
    switch (failure) {
      case OwnerFailure.Said said -> {
        counts.startedOver();
        log.error("{} is taken over anew: {}", id, said.reason());
      }
      case OwnerFailure.Threw threw -> {
        if (isEnough(threw, lived)) {
          throw new ParkedException(
              "its owners have failed too often, the last one by " + threw.cause());
        }
      }
    }
  }

  /** The same for one that threw before it had worked at all. */
  void addUnborn(Throwable cause) throws ParkedException {
    add(new OwnerFailure.Threw(cause, OptionalLong.empty()), Duration.ZERO);
  }

  private boolean isEnough(OwnerFailure.Threw threw, Duration lived) {
    Throwable cause = threw.cause();
    if (threw.record().isPresent()) {
      long offset = threw.record().getAsLong();
      counts.record();
      unfit.add(offset);
      log.error("{}@{} is set aside, its owner failed on it: {}", id, offset, cause, cause);
      return strikes.record(System.nanoTime());
    }
    counts.owner();
    log.error("{}: its owner has failed, another takes over: {}", id, cause, cause);
    return strikes.owner(lived);
  }

  /** Whether an owner has failed on this record. */
  boolean isUnfit(long offset) {
    return !unfit.isEmpty() && unfit.contains(offset);
  }

  /** So far owners may commit: no other one is given what stands before. */
  void committable(long offset) {
    if (!unfit.isEmpty()) {
      unfit.removeIf(before -> before < offset);
    }
  }
}
