package dev.parley.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a run is to do.
 *
 * @param name of the form: {@code full} or {@code quick}
 * @param transports over which the rows are measured that have a form for each
 * @param build that is measured
 * @param against the build that it is compared with, instead of the other sides
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
    Set<Transport> transports,
    long seed,
    Build build,
    Optional<Build> against,
    int devicesPerLane,
    List<String> dispatcherOptions,
    List<String> javaOptions,
    int partitions,
    Path out,
    boolean profile) {
  /** Of each topic, unless it is a test's. */
  static final int PARTITIONS = 8;
}
