package dev.parley.dispatcher;

import dev.parley.dispatcher.flow.LedgerView;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * What stands beside a committed offset: {@code ledger=N,owner=M}, from where the ledger is to be
 * read at a take-over, and the highest owner's number before. A string that is missing or another's
 * costs time only: the whole ledger is read.
 */
final class CommitMetadata {
  private static final String LEDGER = "ledger=";
  private static final String OWNER = ",owner=";

  private CommitMetadata() {}

  static String of(long ledgerOffset, long owner) {
    return LEDGER + ledgerOffset + OWNER + owner;
  }

  /** An empty view that begins where the commit says, and remembers so many closed turns. */
  static LedgerView view(OffsetAndMetadata commit, int remembered) {
    String metadata = commit.metadata();
    int comma = metadata.indexOf(OWNER);
    if (metadata.startsWith(LEDGER) && comma > 0) {
      try {
        return new LedgerView(
            Long.parseLong(metadata, LEDGER.length(), comma, 10),
            Long.parseLong(metadata, comma + OWNER.length(), metadata.length(), 10),
            remembered);
      } catch (NumberFormatException e) {
        // As if it were not there.
      }
    }
    return new LedgerView(0, 0, remembered);
  }
}
