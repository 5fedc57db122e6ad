package dev.parley.router.queue;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import java.util.Set;

/** A turn that has begun and is not closed. */
final class Turn {
  private static final Set<String> RECOGNIZE =
      Set.of("SpeechRecognizer.Recognize", "TextRecognizer.Recognize");
  private static final String DELEGATED = "Clova.ProcessDelegatedEvent";

  final TurnId id;
  final String event;
  final long speechOffset;

  /** The ledger offset from which its story must be read again. */
  final long firstOffset;

  /** The attempt whose records count. */
  Attempt attempt;

  /** Whether this attempt has sent the event completely (C28). */
  boolean sent;

  /** Whether CIC itself has told the device of an error in this attempt (C38). */
  boolean exceptionTaken;

  /** Whether the device has been given something of this attempt's response. */
  boolean heard;

  Turn(LedgerRecord.TurnBegun begun, long firstOffset) {
    this.id = begun.turn();
    this.event = begun.event();
    this.speechOffset = begun.speechOffset();
    this.firstOffset = firstOffset;
    this.attempt = begun.attempt();
  }

  /** Only Recognize events move the slots (C28). */
  boolean takesSlot() {
    return RECOGNIZE.contains(event);
  }

  /** Its response has dialog ids that nobody has seen before (C44). */
  boolean isDelegated() {
    return event.equals(DELEGATED);
  }
}
