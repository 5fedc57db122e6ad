package dev.parley.dispatcher;

import dev.parley.protocol.TurnId;

/**
 * A turn that is open.
 *
 * @param sinceMillis when its begin reached Kafka, in epoch milliseconds
 */
public record OpenTurn(TurnId turn, long sinceMillis) {}
