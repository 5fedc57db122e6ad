/**
 * What producer, dispatcher and router share of Kafka: topics, partitioning, the loop that owns
 * partitions, and which offset may be committed while turns are open.
 */
@NullMarked
package dev.parley.turnlog;

import org.jspecify.annotations.NullMarked;
