package dev.parley.router.queue;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import java.util.Optional;

/**
 * An attachment that has begun to arrive.
 *
 * @param name Parley's name for it, unique within the device
 * @param contentId what {@code cid:} urls call it (C35)
 * @param contentType as CIC said
 * @param firstPiece the offset of its first piece in {@code parley.attachments}
 * @param ledgerOffset where it was announced
 * @param end how it ended; empty while it arrives
 */
public record Attachment(
    String name,
    String contentId,
    String contentType,
    long firstPiece,
    Optional<TurnId> turn,
    Attempt attempt,
    long ledgerOffset,
    Optional<End> end) {
  /**
   * How an attachment ended.
   *
   * @param length bytes that arrived
   * @param sha256 of these, in lower case hex
   * @param whole false when it broke off
   */
  public record End(long length, String sha256, boolean whole) {}

  Attachment ended(End how) {
    return new Attachment(
        name, contentId, contentType, firstPiece, turn, attempt, ledgerOffset, Optional.of(how));
  }

  /**
   * Whether a directive of this turn and attempt may mean it: the same turn and attempt, or, where
   * one of the two came on the downchannel without a turn, the same owner.
   */
  boolean belongsTo(Optional<TurnId> otherTurn, Attempt otherAttempt) {
    return (turn.isPresent() && otherTurn.isPresent())
        ? turn.equals(otherTurn) && attempt.equals(otherAttempt)
        : attempt.owner() == otherAttempt.owner();
  }
}
