package dev.parley.trials.chaos;

import dev.parley.trials.chaos.Violation.Kind;
import java.util.List;

/**
 * A mark: a kind of violation that a fault is known to bring about, and why. It is counted, and
 * does not make a run red, until it is mended: then the mark does, and has to go.
 *
 * @param evidence stands in what is said of each such violation; empty if that does not matter
 * @param cause in words
 * @param enough a run that injected the fault so often has met it, unless it is mended: so often
 *     that the chance of not meeting it is less than one in a hundred
 */
record KnownFault(Kind kind, Fault fault, String evidence, String cause, int enough) {
  /** What is red today. */
  static final List<KnownFault> ALL = List.of();

  /** For what is met in one fault of five at least: four fifths to the power of this are 0.9 %. */
  static final int USUALLY_ENOUGH = 21;

  /** A mark says why, and that it is met at all. */
  KnownFault {
    if (cause.isBlank() || enough < 1) {
      throw new IllegalArgumentException("no cause, or met never: " + kind + ", " + fault);
    }
  }
}
