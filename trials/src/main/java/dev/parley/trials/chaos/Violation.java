package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;

/**
 * A promise that was broken.
 *
 * @param evidence what was seen, and where
 */
record Violation(Kind kind, TurnId turn, String evidence) {
  /** What a promise was about. */
  enum Kind {
    /** An accepted turn has no end in the ledger. */
    NOT_CLOSED("lost"),
    /** Its device was not told of its end. */
    UNTOLD("lost"),
    /** It counts as answered, but the endpoint has not had it, or the device not its answer. */
    LOST("lost"),
    /** What the endpoint heard is not the beginning of what was published, or not all of it. */
    PREFIX("prefix"),
    /** The device had directives of several attempts, of one that does not count, or of nobody. */
    MIXED("mixed"),
    /** Something was told or done twice. */
    DOUBLED("doubled"),
    /** Directives came in another order than CIC sent them. */
    ORDER("order");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word under which it is counted. */
    String word() {
      return word;
    }
  }

  @Override
  public String toString() {
    return kind + " " + turn + ": " + evidence;
  }
}
