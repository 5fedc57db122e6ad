package dev.parley.router.queue;

import java.util.OptionalLong;

/**
 * A message as it goes to the device.
 *
 * @param cursor its place in the device's one queue, growing; empty for what overtakes the queue
 *     (capture control, directives without a dialog), which has no place in it
 */
public record Delivery(OptionalLong cursor, Message message) {}
