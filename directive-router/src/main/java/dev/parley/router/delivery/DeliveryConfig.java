package dev.parley.router.delivery;

import java.time.Duration;

/**
 * How devices are served.
 *
 * @param heartbeat after how long without an event a stream carries a comment
 * @param unread messages that a stream may hold for a device that does not read, before it is cut
 * @param answer how long a request may wait for the partition's owner
 * @param attachmentIdle how long a reader waits for the next piece of an attachment that arrives
 */
public record DeliveryConfig(
    Duration heartbeat, int unread, Duration answer, Duration attachmentIdle) {
  /** The usual. RATIONALE.md says why. */
  public static final DeliveryConfig DEFAULT =
      new DeliveryConfig(
          Duration.ofSeconds(15), 1024, Duration.ofSeconds(5), Duration.ofSeconds(30));
}
