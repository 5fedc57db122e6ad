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
    Optional<Duration> hello, OptionalInt refusal, Optional<Duration> closeAfter) {
  /** Hello at once, and no end. */
  public static final DownchannelScript DEFAULT = helloAfter(Duration.ZERO);

  /** No Hello. */
  public static final DownchannelScript NO_HELLO =
      new DownchannelScript(Optional.empty(), OptionalInt.empty(), Optional.empty());

  public static DownchannelScript helloAfter(Duration delay) {
    return new DownchannelScript(Optional.of(delay), OptionalInt.empty(), Optional.empty());
  }

  public static DownchannelScript refusedWith(int status) {
    return new DownchannelScript(Optional.empty(), OptionalInt.of(status), Optional.empty());
  }

  public static DownchannelScript closedAfter(Duration open) {
    return new DownchannelScript(
        Optional.of(Duration.ZERO), OptionalInt.empty(), Optional.of(open));
  }
}
