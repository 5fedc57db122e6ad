/**
 * HTTP with devices: event streams, acknowledgements, attachments and the list of discards. Knows
 * no Kafka; what it wants of the queues is {@link dev.parley.router.delivery.Devices}, of
 * attachments {@link dev.parley.router.delivery.Pieces}.
 */
@NullMarked
package dev.parley.router.delivery;

import org.jspecify.annotations.NullMarked;
