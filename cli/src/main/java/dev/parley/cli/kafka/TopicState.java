package dev.parley.cli.kafka;

import java.util.List;

/**
 * A topic as it was found or made.
 *
 * @param created whether it was made just now
 * @param settings its retention or compaction, for people
 * @param differences what is not as planned but does no harm, such as another retention
 */
public record TopicState(
    String name,
    int partitions,
    int replication,
    boolean created,
    String settings,
    List<String> differences) {}
