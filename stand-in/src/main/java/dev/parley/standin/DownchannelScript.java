package dev.parley.standin;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the stand-in behaves on one downchannel.
 *
 * @param hello how long after the response headers Hello comes; empty: never
 * @param refusal a status to refuse it with, if any
 * @param closeAfter how long after its opening the stand-in ends it, if it does
 */
public record DownchannelScript(
    Optional<HelloDelay> hello, OptionalInt refusal, Optional<Duration> closeAfter) {
  /** Hello after 50 to 150 ms, and no end. */
  public static final DownchannelScript DEFAULT =
      new DownchannelScript(Optional.of(HelloDelay.DEFAULT), OptionalInt.empty(), Optional.empty());

  /** No Hello. */
  public static final DownchannelScript NO_HELLO =
      new DownchannelScript(Optional.empty(), OptionalInt.empty(), Optional.empty());

  public static DownchannelScript helloAfter(Duration delay) {
    return new DownchannelScript(
        Optional.of(HelloDelay.of(delay)), OptionalInt.empty(), Optional.empty());
  }

  public static DownchannelScript refusedWith(int status) {
    return new DownchannelScript(Optional.empty(), OptionalInt.of(status), Optional.empty());
  }

  /** Hello at once, and its end after so long. */
  public static DownchannelScript closedAfter(Duration open) {
    return new DownchannelScript(
        Optional.of(HelloDelay.of(Duration.ZERO)), OptionalInt.empty(), Optional.of(open));
  }
}
