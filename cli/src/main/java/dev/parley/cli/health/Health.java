package dev.parley.cli.health;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a part says of itself. Both are asked from any thread and must answer at once.
 *
 * @param notLive why the process must be started anew; empty while it is well
 * @param notReady why it takes no work just now; empty when it does
 */
public record Health(Supplier<Optional<String>> notLive, Supplier<Optional<String>> notReady) {
  /** A part that is live for as long as it answers. */
  public static Health ready(Supplier<Optional<String>> notReady) {
    return new Health(Optional::empty, notReady);
  }
}
