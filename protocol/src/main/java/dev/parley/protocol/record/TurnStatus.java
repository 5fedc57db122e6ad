package dev.parley.protocol.record;

import dev.parley.protocol.MalformedException;

/** How a turn ended, in one word; {@link LedgerRecord.TurnClosed#reason()} says why. */
public enum TurnStatus {
  /** CIC took the whole turn and its response came to its end. */
  OK("ok"),
  /** The user took it back. */
  CANCELLED("cancelled"),
  /** A newer dialog of the device began before this one was sent (barge-in). */
  SUPERSEDED("superseded"),
  /** Its response had begun when its dispatcher went away; it is not asked again. */
  INTERRUPTED("interrupted"),
  /** It took too long. */
  TIMED_OUT("timed-out"),
  /** CIC refused it, or Parley did before it began. */
  REFUSED("refused"),
  /** It could not be brought to CIC, or its answer could not be read. */
  FAILED("failed"),
  /** It has brought down too many owners and is set aside. */
  POISON("poison");

  private final String text;

  TurnStatus(String text) {
    this.text = text;
  }

  static TurnStatus parse(String text) throws MalformedException {
    for (TurnStatus status : values()) {
      if (status.text.equals(text)) {
        return status;
      }
    }
    throw new MalformedException("\"status\" is not one this release knows");
  }

  /** The word in records and on the command line. */
  @Override
  public String toString() {
    return text;
  }
}
