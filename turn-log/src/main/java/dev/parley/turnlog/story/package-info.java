/**
 * The story: all that Kafka holds of one turn, told in order. {@link
 * dev.parley.turnlog.story.StoryReader} reads it, {@link dev.parley.turnlog.story.PartitionStories}
 * is the pure core: records in, ordered account out.
 */
@NullMarked
package dev.parley.turnlog.story;

import org.jspecify.annotations.NullMarked;
