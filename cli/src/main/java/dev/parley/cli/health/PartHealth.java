package dev.parley.cli.health;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The health of a part through its life: starting, running with what it says of itself, stopping.
 * Any thread.
 */
public final class PartHealth {
  private final AtomicReference<Supplier<Optional<String>>> trouble =
      new AtomicReference<>(() -> Optional.of("starting"));

  /** It has started; from now on it speaks for itself. */
  public void started(Supplier<Optional<String>> ownTrouble) {
    trouble.set(ownTrouble);
  }

  /** It takes no more work. */
  public void stopping() {
    trouble.set(() -> Optional.of("stopping"));
  }

  /** For {@link HealthHandler}. A part whose poll thread has ended or is stuck is not live. */
  public Health health() {
    return new Health(
        () -> trouble.get().get().filter(reason -> reason.startsWith("the poll thread")),
        () -> trouble.get().get());
  }
}
