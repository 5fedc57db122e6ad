package dev.parley.dispatcher.flow;

import java.time.Duration;

/**
 * How long a turn may take.
 *
 * @param idle without audio, {@code end} or a sign of life from CIC while the upload is open
 * @param upload from its begin until everything is sent
 * @param response from the end of the upload, or the last directive, to the end of the response
 * @param beginAge how old a {@code begin} may be that no dispatcher has begun yet
 * @param attempts how many owners may begin a turn before it counts as poison
 * @param tries how often one owner tries, the first time included
 * @param retryDelay before the second try; doubled before each further one, and jittered
 */
public record FlowLimits(
    Duration idle,
    Duration upload,
    Duration response,
    Duration beginAge,
    int attempts,
    int tries,
    Duration retryDelay) {
  /** The defaults; the module's RATIONALE says why. */
  public static final FlowLimits DEFAULT =
      new FlowLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(120),
          Duration.ofSeconds(30),
          Duration.ofSeconds(120),
          3,
          3,
          Duration.ofMillis(250));
}
