package dev.parley.dispatcher.flow;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;

/** What is to be done, in the order given. */
public sealed interface Effect {
  /** Append to the ledger; answered by {@link Input.Appended} and {@link Input.LedgerSeen}. */
  record Append(LedgerRecord record) implements Effect {}

  /**
   * Open the event request.
   *
   * @param metadata its first part
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Request(TurnId turn, Attempt attempt, byte[] metadata) implements Effect {}

  /**
   * Read the turn's records from {@code from} up to but not including {@code to}, or {@link
   * #SPEECH_END}, again; answered by {@link Input.Replayed} for each and {@link Input.ReplayedTo}.
   */
  record Replay(TurnId turn, Attempt attempt, long from, long to) implements Effect {}

  /** Up to where the speech partition ends when it is read. */
  long SPEECH_END = Long.MAX_VALUE;

  /** Send this chunk. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Send(TurnId turn, byte[] pcm) implements Effect {}

  /** Send what is queued and the final boundary; answered by {@link Input.Uploaded}. */
  record Finish(TurnId turn) implements Effect {}

  /** Break the request off; nothing of it is wanted any more. */
  record Abort(TurnId turn) implements Effect {}

  /** The turn is the next owner's: break its request off, if it has one, and forget it. */
  record Leave(TurnId turn) implements Effect {}

  /** The turn is settled: forget its request. */
  record Forget(TurnId turn, LedgerRecord.TurnClosed closed) implements Effect {}

  /** Tell all partitions of the dispatcher what was seen of CIC. */
  record TellCircuit(Circuit.Sign sign) implements Effect {}

  /**
   * Ask whether the turn may be the one of all partitions that goes ahead to see whether CIC is
   * back; answered by {@link Input.Trial} if it may.
   */
  record AskTrial(TurnId turn, Attempt attempt) implements Effect {}

  /** Ask Kafka where the speech partition ends now; answered by {@link Input.SpeechEnd}. */
  record AskSpeechEnd(TurnId turn, Attempt attempt) implements Effect {}

  /**
   * Some turn seems silent: ask Kafka where the speech partition ends now; answered by {@link
   * Input.SilenceEnd}.
   */
  record AskSilence(long askedMillis) implements Effect {}

  /**
   * Ask Kafka where the ledger ends now; answered by {@link Input.LedgerEnd}.
   *
   * @param askedMillis the time now, for the answer
   */
  record AskLedgerEnd(long askedMillis) implements Effect {}

  /**
   * This flow is void, nothing it says counts any more: the partition must be claimed anew, and its
   * open turns begun again from the commit.
   */
  record StartOver(String reason) implements Effect {}

  /**
   * Set the record at this offset aside as a dead letter.
   *
   * @param detail more of the reason, for people; may be empty
   */
  record SetAside(long offset, RecordReason.Aside reason, String detail) implements Effect {
    /** The reason as it stands in the dead letter. */
    public String text() {
      return detail.isEmpty() ? reason.word() : reason.word() + ": " + detail;
    }
  }

  /** A record was passed over on purpose; it is counted. */
  record PassedOver(RecordReason.Passed reason) implements Effect {}
}
