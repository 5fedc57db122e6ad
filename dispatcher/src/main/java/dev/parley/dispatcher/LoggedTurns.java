package dev.parley.dispatcher;

import dev.parley.protocol.record.TurnStatus;

/** Which closed turns have a line in the dispatcher's log. */
public enum LoggedTurns {
  ALL,
  /** Those that hurt somebody: all but {@code ok}, {@code cancelled} and {@code superseded}. */
  FAILED,
  NONE;

  boolean has(TurnStatus status) {
    return switch (this) {
      case ALL -> true;
      case FAILED ->
          switch (status) {
            case OK, CANCELLED, SUPERSEDED -> false;
            case INTERRUPTED, TIMED_OUT, REFUSED, FAILED, POISON -> true;
          };
      case NONE -> false;
    };
  }
}
