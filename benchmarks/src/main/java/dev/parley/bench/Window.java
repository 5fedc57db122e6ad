package dev.parley.bench;

import java.util.Map;

/**
 * What one side did in one stretch of time.
 *
 * @param due how many chunks were due in it
 * @param chunks how many arrived, each counted once
 * @param repeated how many arrived again
 * @param p50 of the delay from when a chunk was due until the endpoint had it, in ms
 * @param firstP99 of the dialogs' first chunks alone, which wait for their request
 * @param cpuMicros the CPU of each process, user and system, in µs for each chunk that arrived
 */
record Window(
    String side,
    int talking,
    int silent,
    double seconds,
    double due,
    long chunks,
    long repeated,
    long connections,
    double p50,
    double p99,
    double max,
    double firstP99,
    Map<String, Double> cpuMicros) {
  private static final double CARRIED = 0.97;

  /** The CPU of all processes that carry this side's chunks, but the endpoint. */
  double pipelineMicros() {
    return cpuMicros.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(Rig.ENDPOINT))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  double cpuOf(String process) {
    return cpuMicros.getOrDefault(process, Double.NaN);
  }

  /** Whether what was due also came, within this delay. */
  boolean carries(double mostP99) {
    return chunks >= CARRIED * due && p99 < mostP99;
  }
}
