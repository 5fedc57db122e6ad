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
 * @param standing how long the commit has not moved although there are records behind it, or for
 *     how long the partition has been waiting to be taken over; zero while there is nothing to do
 * @param parked why nothing is done with it any more, as a sentence; empty while it is
 */
public record PartitionState(
    int partition,
    long position,
    OptionalLong unread,
    OptionalLong committable,
    Duration standing,
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
    if (committable.isEmpty()) {
      return standing.compareTo(TAKE_OVER) > 0
          ? Optional.of(
              "partition "
                  + partition
                  + " has not been taken over for more than "
                  + TAKE_OVER.toSeconds()
                  + " s")
          : Optional.empty();
    }
    return standing.compareTo(longest) > 0
        ? Optional.of(
            "the commit of partition "
                + partition
                + " has stood at "
                + committable.getAsLong()
                + " for more than "
                + longest.toSeconds()
                + " s although there is work")
        : Optional.empty();
  }
}
