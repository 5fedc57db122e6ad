package dev.parley.turnlog;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a partition stands that this process holds.
 *
 * @param position offset of the next record to be read
 * @param unread how many records wait to be read; empty while Kafka has not said
 * @param committable the offset that may be committed; empty until the partition is taken over
 * @param standing how long the commit has not moved although there are records behind it, whoever
 *     owned it meanwhile; zero while there is nothing to do
 * @param ownerless how long it has been waiting to be taken over; zero while it has an owner
 * @param parked why nothing is done with it any more, as a sentence; empty while it is
 */
public record PartitionState(
    int partition,
    long position,
    OptionalLong unread,
    OptionalLong committable,
    Duration standing,
    Duration ownerless,
    Optional<String> parked) {
  private static final Duration TAKE_OVER = Duration.ofSeconds(30);

  /** How many records stand behind the commit; empty until that is known. */
  public OptionalLong uncommitted() {
    return committable.isPresent() && unread.isPresent()
        ? OptionalLong.of(position + unread.getAsLong() - committable.getAsLong())
        : OptionalLong.empty();
  }

  /** What is wrong with it, if one piece of work takes {@code longest} at most. */
  Optional<String> trouble(Duration longest) {
    if (parked.isPresent()) {
      return parked;
    }
    if (ownerless.compareTo(TAKE_OVER) > 0) {
      return Optional.of(
          "partition %d has not been taken over for more than %d s"
              .formatted(partition, TAKE_OVER.toSeconds()));
    }
    return standing.compareTo(longest) > 0
        ? Optional.of(
            "the commit of partition %d has not moved for more than %d s although there is work"
                .formatted(partition, longest.toSeconds()))
        : Optional.empty();
  }
}
