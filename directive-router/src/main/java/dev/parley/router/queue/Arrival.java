package dev.parley.router.queue;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import java.util.Optional;

/**
 * A directive as it stands in the ledger.
 *
 * @param needs the offset from which the ledger must be read again to come to it anew: the begin of
 *     its turn, or its own
 */
record Arrival(LedgerRecord.DirectiveReceived record, Directive directive, At at, long needs) {
  String messageId() {
    return directive.header().messageId();
  }

  Optional<String> dialog() {
    return directive.header().dialogRequestId();
  }

  Optional<TurnId> turn() {
    return record.turn();
  }

  Attempt attempt() {
    return record.attempt();
  }

  int bytes() {
    return record.json().length;
  }

  boolean is(TurnId turn) {
    return record.turn().filter(turn::equals).isPresent();
  }

  /** Whether handing it out binds the device to its attempt: an answer, not capture control. */
  boolean answers() {
    return record.channel() == Channel.RESPONSE
        && record.turn().isPresent()
        && !directive.isCaptureControl();
  }

  Discard discarded(Reason reason, long millis) {
    return new Discard(
        reason, messageId(), directive.header().fullName(), dialog(), turn(), at.offset(), millis);
  }
}
