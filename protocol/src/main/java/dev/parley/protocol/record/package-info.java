/**
 * The layout of Parley's Kafka records: what stands in key, headers and value of each kind, checked
 * on the way in and out. Knows no Kafka class, so that any client can be checked against it.
 */
@NullMarked
package dev.parley.protocol.record;

import org.jspecify.annotations.NullMarked;
