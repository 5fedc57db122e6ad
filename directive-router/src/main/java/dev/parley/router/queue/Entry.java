package dev.parley.router.queue;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A message on its way to the device: released by the ledger, not acknowledged yet. */
final class Entry {
  final Message message;

  /** Its place among all that the ledger has released; the cursor of what is queued. */
  final long position;

  /** What it was made from, where that is a directive of CIC's. */
  final Optional<Arrival> arrival;

  /** The offset from which the ledger must be read again to come to it anew. */
  final long needs;

  final long expiresAt;

  /** Whether a stream has taken it. */
  boolean handedOut;

  Entry(Message message, long position, Optional<Arrival> arrival, long needs, long expiresAt) {
    this.message = message;
    this.position = position;
    this.arrival = arrival;
    this.needs = needs;
    this.expiresAt = expiresAt;
  }

  int bytes() {
    return switch (message) {
      case Message.OfDirective d -> d.json().length;
      case Message.AttachmentKnown a -> 0;
      case Message.OfTurnClosed t -> 0;
    };
  }

  /** Whether it goes when this dialog is superseded: directives and their attachments do. */
  boolean goesWith(String dialog) {
    return switch (message) {
      case Message.OfDirective d -> d.dialog().filter(dialog::equals).isPresent();
      case Message.AttachmentKnown a -> a.dialog().filter(dialog::equals).isPresent();
      case Message.OfTurnClosed t -> false;
    };
  }

  boolean isOfOlderAttempt(TurnId turn, Attempt attempt) {
    return switch (message) {
      case Message.OfDirective d -> arrival.isPresent() && older(arrival.get(), turn, attempt);
      case Message.AttachmentKnown a ->
          a.turn().filter(turn::equals).isPresent()
              && a.attachment().attempt().compareTo(attempt) < 0;
      case Message.OfTurnClosed t -> false;
    };
  }

  private static boolean older(Arrival arrival, TurnId turn, Attempt attempt) {
    return arrival.is(turn) && arrival.attempt().compareTo(attempt) < 0;
  }

  boolean isFor(Optional<String> dialogOnly) {
    return dialogOnly.isEmpty()
        || message.dialog().isEmpty()
        || message.dialog().equals(dialogOnly);
  }

  boolean hasMessageId(Set<String> ids) {
    return message instanceof Message.OfDirective d && ids.contains(d.messageId());
  }

  Delivery delivery(boolean overtakes) {
    return new Delivery(overtakes ? OptionalLong.empty() : OptionalLong.of(position), message);
  }
}
