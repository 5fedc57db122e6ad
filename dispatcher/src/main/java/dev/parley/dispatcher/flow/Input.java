package dev.parley.dispatcher.flow;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.Ending;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import java.util.Optional;

/** What can happen to a partition in this dispatcher's hands. */
public sealed interface Input {
  /**
   * The partition is this dispatcher's by the ledger's word; no other input comes before.
   *
   * @param owner the number of the claim
   * @param view what the ledger says, up to and including the claim
   * @param position offset of the speech record that comes next
   * @param speechEnd where the speech partition ended when the claim had won: no former owner has
   *     met a turn that begins there or behind it
   */
  record TakenOver(long owner, LedgerView view, long position, long speechEnd) implements Input {}

  /**
   * A speech record was read.
   *
   * @param appendedMillis when it reached Kafka, in epoch milliseconds, by the broker's clock
   * @param ageMillis how long ago that was when it was read, by the wall clocks of both
   */
  record Speech(long offset, long appendedMillis, long ageMillis, SpeechRecord record)
      implements Input {}

  /**
   * A record was read that is none, or does not belong here.
   *
   * @param detail more of the reason, for people; may be empty
   * @param of the turn that it names; empty when it names none, or another partition's
   */
  record Unreadable(long offset, RecordReason.Aside reason, String detail, Optional<Of> of)
      implements Input {
    /**
     * The turn of a record that can't be read.
     *
     * @param begins whether the record was to begin it
     * @param appendedMillis when the record reached Kafka, in epoch milliseconds
     * @param ending what becomes of the turn
     */
    public record Of(TurnId turn, boolean begins, long appendedMillis, Ending ending) {}
  }

  /** A ledger record of ours stands at {@code offset}; whether it counts, reading it back tells. */
  record Appended(LedgerRecord record, long offset) implements Input {}

  /**
   * A record was read in the ledger, in the order of offsets: all that others write, and of ours at
   * least what begins and closes turns.
   *
   * @param appendedMillis when the broker appended it
   */
  record LedgerSeen(LedgerRecord record, long offset, long appendedMillis) implements Input {}

  /** Everything in the ledger before {@code offset} has been seen. */
  record LedgerReadTo(long offset) implements Input {}

  /**
   * Where the ledger ended.
   *
   * @param askedMillis when it was asked for
   */
  record LedgerEnd(long offset, long askedMillis) implements Input {}

  /** The answer to {@link Effect.AskSpeechEnd}: everything published by then stands before it. */
  record SpeechEnd(TurnId turn, Attempt attempt, long offset) implements Input {}

  /**
   * The answer to {@link Effect.AskSilence}.
   *
   * @param offset everything published by then stands before it
   */
  record SilenceEnd(long offset, long askedMillis) implements Input {}

  /** The answer to {@link Effect.AskTrial}: the turn goes ahead to see. */
  record Trial(TurnId turn, Attempt attempt) implements Input {}

  /** The request's head is on its way to CIC. */
  record Requested(TurnId turn, Attempt attempt) implements Input {}

  /** Everything up to and including the final boundary is on its way to CIC. */
  record Uploaded(TurnId turn, Attempt attempt) implements Input {}

  /** CIC takes no more of the request, though its answer came to an orderly end before. */
  record UploadRefused(TurnId turn, Attempt attempt) implements Input {}

  /** CIC answered with a directive on the response. */
  record Answered(TurnId turn, Attempt attempt, Directive directive) implements Input {}

  /**
   * The response came to its orderly end.
   *
   * @param error CIC's own exception, where an error status came with one
   * @param retryAfterMillis how long CIC asked to wait before another try; 0 when it did not say
   */
  record ResponseEnded(
      TurnId turn, Attempt attempt, int status, Optional<Directive> error, long retryAfterMillis)
      implements Input {}

  /**
   * The attempt can't go on.
   *
   * @param mayHeal whether another try may fare better
   */
  record Broken(TurnId turn, Attempt attempt, Ending ending, String detail, boolean mayHeal)
      implements Input {}

  /** A record of the turn, read again for this attempt. */
  record Replayed(TurnId turn, Attempt attempt, SpeechRecord record) implements Input {}

  /** Everything of the turn before {@code offset} has been read again for this attempt. */
  record ReplayedTo(TurnId turn, Attempt attempt, long offset) implements Input {}

  /** CIC sent a directive on a device's downchannel. */
  record Pushed(String device, Directive directive) implements Input {}

  /**
   * An attachment begins; its first piece is in the log.
   *
   * @param from the attempt whose response bears it; none on a downchannel
   */
  record AttachmentBegun(
      String device,
      Optional<AttemptOf> from,
      String attachment,
      String contentId,
      String contentType,
      long offset)
      implements Input {
    Channel channel() {
      return from.isPresent() ? Channel.RESPONSE : Channel.DOWNCHANNEL;
    }
  }

  /** An attachment's pieces are all in the log, or it broke off. */
  record AttachmentEnded(
      String device,
      Optional<AttemptOf> from,
      String attachment,
      long length,
      String sha256,
      boolean whole)
      implements Input {
    Channel channel() {
      return from.isPresent() ? Channel.RESPONSE : Channel.DOWNCHANNEL;
    }
  }

  /** An attempt of a turn. */
  record AttemptOf(TurnId turn, Attempt attempt) {}

  /** Time has passed. */
  record Tick() implements Input {}

  /**
   * The partition is taken away in an orderly manner. What CIC has all of, or has begun to answer,
   * may be finished for ten seconds; {@link Tick} must go on until no turn is open.
   *
   * @param listens whether downchannels are still read, of which a directive may come
   */
  record Revoked(boolean listens) implements Input {}

  /** The partition is another's already. */
  record Lost() implements Input {}
}
