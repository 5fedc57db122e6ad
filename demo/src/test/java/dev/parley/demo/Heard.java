package dev.parley.demo;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.LedgerRecord;
import java.util.List;
import java.util.Optional;

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

  static Optional<TurnId> turnOf(LedgerRecord record) {
    return switch (record) {
      case LedgerRecord.Owner o -> Optional.empty();
      case LedgerRecord.Release r -> Optional.empty();
      case LedgerRecord.TurnBegun t -> Optional.of(t.turn());
      case LedgerRecord.TurnSent t -> Optional.of(t.turn());
      case LedgerRecord.DirectiveReceived d -> d.turn();
      case LedgerRecord.AttachmentBegun a -> a.turn();
      case LedgerRecord.AttachmentEnded a -> a.turn();
      case LedgerRecord.TurnClosed t -> Optional.of(t.turn());
    };
  }

  private static String name(LedgerRecord.DirectiveReceived directive) {
    try {
      return Directive.parse(directive.json()).header().fullName();
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }
}
