package dev.parley.router.queue;

import dev.parley.protocol.TurnId;

/** What follows from an input, for others to carry out in order. */
public sealed interface Effect {
  /** Write this to the device's open stream. */
  record Send(Delivery delivery) implements Effect {}

  /** Count this. */
  record Discarded(Discard discard) implements Effect {}

  /**
   * An attempt began although the device has been given directives of an older one, which the
   * dispatcher promises never to do. The older one stands.
   */
  record AttemptsMixed(TurnId turn) implements Effect {}
}
