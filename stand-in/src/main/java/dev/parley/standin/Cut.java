package dev.parley.standin;

import java.time.Duration;

/**
 * What goes wrong with a response's body on its way. Byte counts are of the whole body, boundaries
 * included.
 */
public sealed interface Cut {
  /** Nothing. */
  Cut NONE = new None();

  /** The final boundary is missing; the stream ends all the same (C46). */
  Cut NO_FINAL_BOUNDARY = new NoFinalBoundary();

  /** A body as it should be. */
  record None() implements Cut {}

  /** A body without its final boundary. */
  record NoFinalBoundary() implements Cut {}

  /**
   * END_STREAM after so many bytes.
   *
   * @param bytes at least 0
   */
  record EndAfter(long bytes) implements Cut {}

  /**
   * RST_STREAM (INTERNAL_ERROR) after so many bytes.
   *
   * @param bytes at least 0
   */
  record ResetAfter(long bytes) implements Cut {}

  /**
   * A pause after so many bytes.
   *
   * @param bytes at least 0
   * @param pause how long; a long one is a stall for good
   */
  record StallAfter(long bytes, Duration pause) implements Cut {}
}
