package dev.parley.router.queue;

import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.LedgerRecord;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What can happen to a device's queue. */
public sealed interface Input {
  /** A directive stands in the ledger; {@code directive} is its JSON, read. */
  record Received(LedgerRecord.DirectiveReceived record, Directive directive, At at)
      implements Input {}

  /** So does this one, but a newer owner has claimed the partition before it was written. */
  record Outdated(LedgerRecord.DirectiveReceived record, Directive directive, At at)
      implements Input {}

  /** Any other record about the device or a turn of it. */
  record Recorded(LedgerRecord record, At at) implements Input {}

  /**
   * The device opens its stream; a former one is no more.
   *
   * @param after the cursor up to which it has everything, as in {@link Acknowledged}
   * @param dialog the one dialog it wants to hear of, besides what has no dialog; empty for all
   */
  record Connected(OptionalLong after, Optional<String> dialog, long millis) implements Input {}

  /** The stream is gone. */
  record Disconnected() implements Input {}

  /**
   * The device has everything up to this cursor: all that the ledger released before it, what
   * overtook included.
   *
   * @param dialog restricts it to what a stream of that dialog carries
   */
  record Acknowledged(long cursor, Optional<String> dialog) implements Input {}

  /** The device has the directives of these messageIds. */
  record MessagesAcknowledged(Set<String> messageIds) implements Input {
    /** Copies the set. */
    public MessagesAcknowledged {
      messageIds = Set.copyOf(messageIds);
    }
  }

  /** Time passes; epoch milliseconds. */
  record Tick(long millis) implements Input {}
}
