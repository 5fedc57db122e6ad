package dev.parley.dispatcher.flow;

import java.time.Duration;

/**
 * How long a turn may take, and how much it may be.
 *
 * @param idle without audio, {@code end} or a sign of life from CIC while the upload is open
 * @param upload from its begin until everything is sent
 * @param response from the end of the upload, or the last directive, to the end of the response
 * @param beginAge how old a {@code begin} may be that no dispatcher has begun yet, and how long a
 *     turn waits for a CIC that can't be reached
 * @param owners how many owners may begin a turn and be lost before it counts as poison
 * @param tries how often one owner tries, the first time included
 * @param retryDelay before the second try; doubled before each further one, and jittered
 * @param turnBytes the most audio of one turn, in bytes
 * @param directives the most directives that one turn may bring
 * @param remembered how many turns are remembered that were settled lately, and how many that
 *     former owners closed; of each partition
 */
public record FlowLimits(
    Duration idle,
    Duration upload,
    Duration response,
    Duration beginAge,
    int owners,
    int tries,
    Duration retryDelay,
    long turnBytes,
    int directives,
    int remembered) {
  /** The defaults; the module's RATIONALE says why. */
  public static final FlowLimits DEFAULT =
      new FlowLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(120),
          Duration.ofSeconds(30),
          Duration.ofSeconds(120),
          3,
          3,
          Duration.ofMillis(250),
          4L * 1024 * 1024,
          1_000,
          10_000);

  /** The same with this time without a sign of life. */
  public FlowLimits withIdle(Duration silence) {
    return new FlowLimits(
        silence,
        upload,
        response,
        beginAge,
        owners,
        tries,
        retryDelay,
        turnBytes,
        directives,
        remembered);
  }

  /** The same with this age of a begin. */
  public FlowLimits withBeginAge(Duration age) {
    return new FlowLimits(
        idle, upload, response, age, owners, tries, retryDelay, turnBytes, directives, remembered);
  }

  /** The same with so many turns remembered. */
  public FlowLimits withRemembered(int turns) {
    return new FlowLimits(
        idle, upload, response, beginAge, owners, tries, retryDelay, turnBytes, directives, turns);
  }

  /** How long a turn may be open at most, from its begin in Kafka to its close. */
  public Duration longest() {
    return beginAge.plus(upload).plus(response);
  }
}
