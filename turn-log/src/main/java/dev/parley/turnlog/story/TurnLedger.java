package dev.parley.turnlog.story;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.message.Header;
import dev.parley.protocol.record.LedgerRecord;
import java.util.ArrayList;
import java.util.List;

/** What the ledger says of a turn; no payload is kept. Pure; one thread. */
final class TurnLedger {
  private final List<StoryEntry> entries = new ArrayList<>();
  private int leftOut;

  void add(StoryEntry entry) {
    // The close is told however much came before it.
    if (entries.size() < StoryEntry.MOST
        || (entry.told() instanceof Told.Closed && entries.size() < 2 * StoryEntry.MOST)) {
      entries.add(entry);
    } else {
      leftOut++;
    }
  }

  /** What a record about a turn tells; claims and releases are about a partition. */
  static Told told(LedgerRecord record) {
    return switch (record) {
      case LedgerRecord.Owner o -> new Told.Claimed(o.attempt().owner(), o.dispatcher());
      case LedgerRecord.Release r -> new Told.Released(r.attempt().owner(), r.named());
      case LedgerRecord.Renewal r -> new Told.Released(r.attempt().owner(), List.of());
      case LedgerRecord.TurnBegun t -> new Told.AttemptBegun(t.attempt(), t.event());
      case LedgerRecord.TurnSent t ->
          new Told.Sent(t.attempt(), t.audioChunks(), t.audioBytes(), t.endedBy());
      case LedgerRecord.DirectiveReceived d -> directive(d);
      case LedgerRecord.AttachmentBegun a ->
          new Told.AttachmentBegun(a.attempt(), a.channel(), a.attachment(), a.contentType());
      case LedgerRecord.AttachmentEnded a ->
          new Told.AttachmentEnded(a.attempt(), a.channel(), a.attachment(), a.length(), a.whole());
      case LedgerRecord.TurnLeft t -> new Told.Left(t.attempt());
      case LedgerRecord.TurnClosed t ->
          new Told.Closed(t.attempt(), t.status(), t.reason(), t.detail());
    };
  }

  private static Told directive(LedgerRecord.DirectiveReceived received) {
    try {
      Header header = Directive.parse(received.json()).header();
      return new Told.DirectiveReceived(
          received.attempt(), received.channel(), header.fullName(), header.messageId());
    } catch (MalformedException e) {
      return new Told.DirectiveReceived(received.attempt(), received.channel(), "", "");
    }
  }

  int leftOut() {
    return leftOut;
  }

  boolean isClosed() {
    return entries.stream()
        .anyMatch(entry -> entry.counts() && entry.told() instanceof Told.Closed);
  }

  /** In the order of their offsets. */
  List<StoryEntry> entries() {
    return List.copyOf(entries);
  }
}
