package dev.parley.dispatcher.flow;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Ending;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.UploadEnd;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An open turn, as {@link PartitionFlow} keeps it. */
final class Turn {
  /** No time at all. */
  static final long NEVER = 0;

  /** No offset: the upload is not being cut. */
  static final long UNCUT = -1;

  /** The cut is asked for, and not known yet. */
  static final long CUT_ASKED = Long.MAX_VALUE;

  final TurnId id;
  final String source;

  /** Where its {@code begin} stands. */
  final long firstOffset;

  /** No ledger record about this turn or a later one stands before. */
  final long ledgerFrom;

  /** When its {@code begin} reached Kafka, in epoch milliseconds. */
  final long appendedMillis;

  /** Whether a former owner is finishing it. */
  boolean isFormerOwners;

  /** Whether a begin of ours stands in the ledger. */
  boolean isBegun;

  /** Whether nothing is asked of CIC before the ledger is read up to the attempt's begin. */
  boolean awaitsBegun;

  /** When it will be looked at again; {@link #NEVER} when it is not to be. */
  long lookAtMillis = NEVER;

  private final Map<String, Long> times = new HashMap<>();

  /** The try under way, or the one that failed while another is waited for. */
  Attempt attempt;

  /** The last try whose begin was written to the ledger. */
  @Nullable Attempt begun;

  /** Tries that have counted; one that did not reach CIC does not. */
  int tries;

  /** When the next try is due; {@link #NEVER} when none is waited for. */
  long retryAtMillis = NEVER;

  /** What kept it from CIC while it waits for CIC to be reachable again. */
  @Nullable Unreachable unreachable;

  /** From where its records are read on though the partition is another's. */
  long followFrom = UNCUT;

  /** Whether its records come from a replay; what is read live meanwhile is read again. */
  boolean replaying;

  /** The offset of the last record that was read live during the replay. */
  long lastLive;

  int nextSeq = 1;
  int unacknowledged;
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

  /** Whether the ledger holds a directive of a response: then there is no other try. */
  boolean answered;

  LedgerRecord.@Nullable TurnClosed closed;

  /** Why CIC could not be reached. */
  record Unreachable(Ending ending, String detail) {}

  Turn(
      TurnId id,
      Attempt attempt,
      String source,
      long firstOffset,
      long ledgerFrom,
      long appendedMillis,
      long nowMillis) {
    this.id = id;
    this.attempt = attempt;
    this.source = source;
    this.firstOffset = firstOffset;
    this.ledgerFrom = ledgerFrom;
    this.appendedMillis = appendedMillis;
    this.lastSignMillis = nowMillis;
    time("begun", nowMillis);
  }

  boolean isClosing() {
    return closed != null;
  }

  /** Whether audio still belongs to it. */
  boolean isUploading() {
    return !isFormerOwners && !isClosing() && (!finished || awaitsRetry());
  }

  /** Whether a next try is waited for. */
  boolean awaitsRetry() {
    return retryAtMillis != NEVER;
  }

  /** Whether there is a request under way that is to be broken off when it is not wanted. */
  boolean isUnderWay() {
    return requested && !awaitsRetry() && !(uploaded && responseEnded);
  }

  /** Whether its records come from somewhere else than the live ones. */
  boolean isReadAgain() {
    return replaying || awaitsRetry() || isFormerOwners;
  }

  /**
   * Forgets what the failed try had got to. A StopCapture it heard is forgotten too: CIC hears the
   * turn anew, and says it anew.
   */
  void startOver(Attempt next) {
    attempt = next;
    retryAtMillis = NEVER;
    unreachable = null;
    replaying = true;
    lastLive = -1;
    nextSeq = 1;
    requested = false;
    finished = false;
    uploaded = false;
    responseEnded = false;
    audioChunks = 0;
    audioBytes = 0;
    cut = UNCUT;
    endedBy = UploadEnd.END;
    for (String again :
        List.of("requested", "firstAudio", "stopCapture", "sent", "firstDirective")) {
      times.remove(again);
    }
  }

  /** Notes the first time something happened. */
  void time(String what, long nowMillis) {
    times.putIfAbsent(what, nowMillis);
  }

  long time(String what) {
    return times.getOrDefault(what, 0L);
  }

  LedgerRecord.TurnClosed close(Ending ending, String detail, long nowMillis) {
    time("closed", nowMillis);
    LedgerRecord.TurnClosed record =
        new LedgerRecord.TurnClosed(
            id,
            attempt,
            ending.status(),
            ending.reason(),
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
