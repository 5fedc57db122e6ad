package dev.parley.dispatcher.flow;

import java.util.Optional;

/**
 * When an input is taken, and how its dispatcher stands then: all that a flow goes by beside its
 * inputs. The same inputs at the same moments have the same effects.
 *
 * @param millis epoch milliseconds
 * @param circuit what all partitions know of CIC
 * @param refusal why there is no room for new turns; empty when there is
 */
public record Moment(long millis, Circuit circuit, Optional<Refusal> refusal) {
  /** A moment at which all is well. */
  public static Moment at(long millis) {
    return new Moment(millis, Circuit.CLOSED, Optional.empty());
  }
}
