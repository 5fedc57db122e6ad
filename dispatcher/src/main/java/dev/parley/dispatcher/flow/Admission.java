package dev.parley.dispatcher.flow;

import dev.parley.protocol.record.Ending;
import java.util.Optional;

/**
 * Whether there is room for a turn that no dispatcher has begun yet. Asked for every new turn, on
 * its partition's thread.
 */
@FunctionalInterface
public interface Admission {
  /** There is always room. */
  Admission UNBOUNDED = Optional::empty;

  /** Why there is no room now, as the device will be told; empty when there is. */
  Optional<Refusal> refusal();

  /**
   * Why a turn is refused.
   *
   * @param detail a sentence
   */
  record Refusal(Ending ending, String detail) {}
}
