package dev.parley.router.queue;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import java.util.Map;
import java.util.Optional;

/** What a device is told. */
public sealed interface Message {
  /** The dialog it is about; none for what belongs to the device alone. */
  Optional<String> dialog();

  /**
   * A directive.
   *
   * @param messageId its own messageId; empty where CIC gave it none
   * @param name its full name, such as {@code SpeechSynthesizer.Speak}
   * @param turn the turn it answers, where that is known
   * @param json the directive as CIC sent it
   * @param attachments names of the attachments that were known when it was released, by
   *     Content-ID; of the others an {@link AttachmentKnown} tells later
   * @param made whether Parley made it in CIC's stead
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record OfDirective(
      String messageId,
      String name,
      Optional<String> dialog,
      Optional<TurnId> turn,
      byte[] json,
      Map<String, String> attachments,
      boolean made)
      implements Message {
    /** Copies the map. */
    public OfDirective {
      attachments = Map.copyOf(attachments);
    }
  }

  /**
   * An attachment that a directive names has begun to arrive after the directive was released.
   *
   * @param directive the directive's messageId
   */
  record AttachmentKnown(
      Attachment attachment, Optional<String> dialog, Optional<TurnId> turn, String directive)
      implements Message {}

  /** A turn is over; no directive of it follows. */
  record OfTurnClosed(LedgerRecord.TurnClosed closed) implements Message {
    @Override
    public Optional<String> dialog() {
      return Optional.of(closed.turn().dialog());
    }
  }
}
