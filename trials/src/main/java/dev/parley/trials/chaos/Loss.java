package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import java.util.Optional;

/**
 * A turn that did not end well.
 *
 * @param ending its status and reason
 * @param fault whose doing it is, as far as the evidence goes; empty if nothing had been injected
 * @param isAllowed whether that fault may hurt it
 */
record Loss(TurnId turn, String ending, Optional<Injection> fault, boolean isAllowed) {
  /** What is said of a turn that nothing was allowed to hurt. */
  Violation violation() {
    return Violation.of(
        Violation.Kind.BEYOND_FLOOR,
        turn,
        "closed as "
            + ending
            + fault
                .map(i -> ", which " + i.fault().word() + " may not do to it")
                .orElse(", before any fault"));
  }
}
