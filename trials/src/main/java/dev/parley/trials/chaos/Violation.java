package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import java.util.Optional;

/**
 * A promise that was broken.
 *
 * @param turn of which turn, if of one
 * @param evidence what was seen, and where
 */
record Violation(Kind kind, Optional<TurnId> turn, String evidence) {
  /** What a promise was about. Each kind has a word of its own. */
  enum Kind {
    /** An accepted turn has no end in the ledger. */
    NOT_CLOSED("unclosed"),
    /** A device was not told that its turn is over, or not that it failed. */
    UNTOLD("untold"),
    /** A device was told another end than the ledger has. */
    MISTOLD("mistold"),
    /** A turn counts as answered, but the endpoint has not had it. */
    UNSENT("unsent"),
    /** What CIC sent, and a device should have, never came. */
    LOST("lost"),
    /** What the endpoint heard is not the beginning of what was published, or not all of it. */
    PREFIX("prefix"),
    /** The endpoint had a turn more often than attempts of it count. */
    REUPLOADED("reuploaded"),
    /** A device had directives of several attempts, or of one that does not count. */
    MIXED("mixed"),
    /** Something came of nobody, or to somebody else. */
    FOREIGN("foreign"),
    /** Something was told or done twice. */
    DOUBLED("doubled"),
    /** Something was told again although the router had taken its acknowledgement. */
    REPEATED("repeated"),
    /** Things came in another order than CIC sent them. */
    ORDER("order"),
    /** The ledger has a record of a turn after its end, or of an attempt that never began. */
    STRAY("stray"),
    /** What an attempt received is not numbered without a gap. */
    GAP("gap"),
    /** An attachment of a turn that went well has no end. */
    UNENDED("unended"),
    /** An attachment of a turn that went well broke off. */
    BROKEN("broken"),
    /** A device could not fetch an attachment as the ledger has it. */
    UNFETCHED("unfetched"),
    /** An attachment is not the audio that was sent, or not the one that arrived. */
    ECHO("echo"),
    /** What the endpoint sent by itself did not reach its device. */
    PUSH("push"),
    /** The endpoint says that a row of the conformance checklist was broken. */
    ROW("row"),
    /** A partition was too long without an owner. */
    SLOW("slow"),
    /** Nothing of a kind happened, so that nothing was proved. */
    EMPTY("empty"),
    /** A turn did not end well, and no injected fault was allowed to hurt it. */
    BEYOND_FLOOR("beyond");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word under which it is counted. */
    String word() {
      return word;
    }
  }

  /** One of a turn. */
  static Violation of(Kind kind, TurnId turn, String evidence) {
    return new Violation(kind, Optional.of(turn), evidence);
  }

  /** One of the run as a whole, or of something that belongs to no turn. */
  static Violation of(Kind kind, String evidence) {
    return new Violation(kind, Optional.empty(), evidence);
  }

  @Override
  public String toString() {
    return kind.word() + turn.map(t -> " " + t).orElse("") + ": " + evidence;
  }
}
