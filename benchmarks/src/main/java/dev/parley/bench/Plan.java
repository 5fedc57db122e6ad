package dev.parley.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What a run is to do.
 *
 * @param name of the form: {@code full} or {@code quick}
 * @param devicesPerLane how many devices share a connection, on every side
 * @param dispatcherOptions more of them for each dispatcher
 * @param javaOptions more of them for the dispatcher and the other sides
 * @param partitions of each topic
 * @param out where the results go; exists
 * @param profile whether Java's flight recorder looks at the dispatcher and the other sides
 */
record Plan(
    String name,
    Sizes sizes,
    Set<Row> rows,
    long seed,
    int devicesPerLane,
    List<String> dispatcherOptions,
    List<String> javaOptions,
    int partitions,
    Path out,
    boolean profile) {
  /** Of each topic, unless it is a test's. */
  static final int PARTITIONS = 8;
}
