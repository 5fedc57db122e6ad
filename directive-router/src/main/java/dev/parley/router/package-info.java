/**
 * The directive router: reads the ledger and gives each device what it is to have. {@code queue}
 * decides, {@code delivery} speaks HTTP with devices, this package brings the two to Kafka.
 */
@NullMarked
package dev.parley.router;

import org.jspecify.annotations.NullMarked;
