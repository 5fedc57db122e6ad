package dev.parley.bench;

import java.util.Map;
import java.util.Optional;

/**
 * What one side did in one stretch of time.
 *
 * @param due how many chunks were due in it
 * @param chunks how many arrived, each counted once
 * @param repeated how many arrived again
 * @param account of all that was said from its first dialog to its last, of which the window is a
 *     part
 * @param open the fewest requests that were open at its ends
 * @param connections how many brought chunks
 * @param session the protocol and cipher of TLS; empty in clear text
 * @param p50 of the delay from when a chunk was due until the endpoint had it, in ms
 * @param firstP99 of the dialogs' first chunks alone, which wait for their request
 * @param cpuMicros the CPU of each process, user and system, in µs
 */
record Window(
    String side,
    Transport transport,
    int talking,
    int silent,
    double seconds,
    double due,
    long chunks,
    long repeated,
    Account account,
    long open,
    long connections,
    String session,
    double p50,
    double p99,
    double max,
    double firstP99,
    Map<String, Double> cpuMicros) {
  private static final double CARRIED = 0.97;

  /**
   * What was said, and what of it arrived in the end.
   *
   * @param arrived how many chunks, each counted once
   */
  record Account(Side.Said said, long arrived) {
    long missing() {
      return Math.max(0, said.chunks() - arrived);
    }
  }

  /** A process's CPU in µs for each chunk that arrived; NaN if none did. */
  double cpuPerChunk(String process) {
    return chunks == 0 ? Double.NaN : cpuMicros.getOrDefault(process, Double.NaN) / chunks;
  }

  /** A process's CPU in ms for each second. */
  double cpuPerSecond(String process) {
    return cpuMicros.getOrDefault(process, Double.NaN) / 1e3 / seconds;
  }

  /** Whether what was due also came, within this delay. */
  boolean carries(double mostP99) {
    return lacks().isEmpty() && p99 < mostP99;
  }

  /** What should have come back and did not; empty when all did. */
  Optional<String> lacks() {
    if (chunks == 0) {
      return Optional.of(side + ": no chunk arrived");
    }
    if (account.said().refused() > 0) {
      return Optional.of(
          "%s: Kafka did not take %,d records of the load"
              .formatted(side, account.said().refused()));
    }
    if (account.missing() > 0) {
      return Optional.of(
          "%s: %,d of %,d chunks never arrived"
              .formatted(side, account.missing(), account.said().chunks()));
    }
    if (chunks < CARRIED * due) {
      return Optional.of(
          "%s: %,d of %,.0f chunks arrived in their time".formatted(side, chunks, due));
    }
    if (silent > 0 && open < CARRIED * (talking + silent)) {
      return Optional.of(
          "%s: %,d of %,d dialogs were open".formatted(side, open, talking + silent));
    }
    return Optional.empty();
  }
}
