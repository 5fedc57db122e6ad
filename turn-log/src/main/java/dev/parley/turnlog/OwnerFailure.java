package dev.parley.turnlog;

import java.util.OptionalLong;

/** Why an owner is given up. */
sealed interface OwnerFailure {
  /** By its own word. */
  record Said(String reason) implements OwnerFailure {}

  /** {@code record}: where it stands that the owner failed on; empty when none is to blame. */
  record Threw(Throwable cause, OptionalLong record) implements OwnerFailure {}
}
