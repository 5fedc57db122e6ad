package dev.parley.dispatcher.flow;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An open turn, as {@link PartitionFlow} keeps it. */
final class Turn {
  /** No offset: the upload is not being cut. */
  static final long UNCUT = -1;

  /** The cut is asked for, and not known yet. */
  static final long CUT_ASKED = Long.MAX_VALUE;

  final TurnId id;
  final Attempt attempt;
  final String source;

  /** No ledger record about this turn or a later one stands before. */
  final long ledgerFrom;

  /** Read but not begun, because this dispatcher is leaving: the next owner's. */
  final boolean deferred;

  private final Map<String, Long> times = new HashMap<>();

  int nextSeq = 1;
  int unacknowledged;
  int received;
  boolean requested;
  boolean finished;
  boolean uploaded;
  boolean responseEnded;
  UploadEnd endedBy = UploadEnd.END;
  long cut = UNCUT;
  long lastSignMillis;
  int audioChunks;
  long audioBytes;
  int directives;
  int attachments;
  LedgerRecord.@Nullable TurnClosed closed;

  Turn(
      TurnId id,
      Attempt attempt,
      String source,
      long ledgerFrom,
      boolean deferred,
      long nowMillis) {
    this.id = id;
    this.attempt = attempt;
    this.source = source;
    this.ledgerFrom = ledgerFrom;
    this.deferred = deferred;
    this.lastSignMillis = nowMillis;
    time("begun", nowMillis);
  }

  boolean isClosing() {
    return closed != null;
  }

  /** Whether audio still belongs to it. */
  boolean isUploading() {
    return !deferred && !isClosing() && !finished;
  }

  /** Notes the first time something happened. */
  void time(String what, long nowMillis) {
    times.putIfAbsent(what, nowMillis);
  }

  long time(String what) {
    return times.getOrDefault(what, 0L);
  }

  LedgerRecord.TurnClosed close(TurnStatus status, String reason, String detail, long nowMillis) {
    time("closed", nowMillis);
    LedgerRecord.TurnClosed record =
        new LedgerRecord.TurnClosed(
            id,
            attempt,
            status,
            reason,
            detail,
            Map.of(
                "audioChunks", (long) audioChunks,
                "audioBytes", audioBytes,
                "directives", (long) directives,
                "attachments", (long) attachments),
            times);
    closed = record;
    return record;
  }
}
