package dev.parley.router.delivery;

import java.util.Optional;

/**
 * Decides whether a request may see a device's queue. Called on the request's own thread, for every
 * request; must not block for long.
 */
@FunctionalInterface
public interface Authorizer {
  /** Lets everyone in: for loopback only. */
  Authorizer ALL = (device, authorization) -> true;

  /**
   * Whether the bearer of {@code authorization} is {@code device}.
   *
   * @param authorization the {@code Authorization} header, such as {@code Bearer abc}
   */
  boolean mayActAs(String device, Optional<String> authorization);
}
