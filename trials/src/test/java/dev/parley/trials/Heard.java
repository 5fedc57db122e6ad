package dev.parley.trials;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.LedgerRecord;
import java.util.List;

/** What the ledger says of one turn. */
record Heard(TurnId turn, List<LedgerRecord> records) {
  /** Full names of the directives that bear the turn, in order. */
  List<String> directives() {
    return of(LedgerRecord.DirectiveReceived.class).stream().map(Heard::name).toList();
  }

  List<LedgerRecord.AttachmentEnded> attachments() {
    return of(LedgerRecord.AttachmentEnded.class);
  }

  <R extends LedgerRecord> List<R> of(Class<R> kind) {
    return records.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static String name(LedgerRecord.DirectiveReceived directive) {
    try {
      return Directive.parse(directive.json()).header().fullName();
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }
}
