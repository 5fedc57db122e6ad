package dev.parley.dispatcher.flow;

import dev.parley.dispatcher.flow.Phase.Closing;
import dev.parley.dispatcher.flow.Phase.FormerOwners;
import dev.parley.dispatcher.flow.Phase.Running;
import dev.parley.dispatcher.flow.Phase.Upload.Speaking;
import dev.parley.dispatcher.flow.Phase.Waiting;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Ending;
import dev.parley.protocol.record.LedgerRecord;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An open turn, as {@link PartitionFlow} keeps it. */
final class Turn {
  final TurnId id;
  final String source;

  /** Where its {@code begin} stands. */
  final long firstOffset;

  /** No ledger record about this turn or a later one stands before. */
  final long ledgerFrom;

  /** When its {@code begin} reached Kafka, in epoch milliseconds, by the broker's clock. */
  final long appendedMillis;

  /** The same by our own clock, which is never stepped: limits go by it. */
  final long bornMillis;

  Phase phase = Running.FIRST;

  /** Whether a begin of ours stands in the ledger. */
  boolean isBegun;

  /** When it will be looked at again; {@link TurnTimes#NEVER} when it is not to be. */
  long lookAtMillis = TurnTimes.NEVER;

  private final TurnTimes times = new TurnTimes();

  /** The try under way, or the one that failed while another is waited for. */
  Attempt attempt;

  /** The last try whose begin was written to the ledger. */
  @Nullable Attempt begun;

  /** What the try under way has taken. */
  TakenSpeech speech = new TakenSpeech();

  /** Tries that have counted; one that did not reach CIC does not. */
  int tries;

  /** Whether it only tells CIC something: then it is no speech that another could end. */
  boolean isReport;

  int unacknowledged;
  long lastSignMillis;

  /** Whether it is asked of Kafka whether more of it has come: {@link Silence} knows. */
  boolean isSilent;

  int directives;
  int attachments;

  /** Whether the ledger holds a directive of a response: then there is no other try. */
  boolean answered;

  Turn(
      TurnId id,
      Attempt attempt,
      String source,
      long firstOffset,
      long ledgerFrom,
      long appendedMillis,
      long ageMillis,
      long nowMillis) {
    this.id = id;
    this.attempt = attempt;
    this.source = source;
    this.firstOffset = firstOffset;
    this.ledgerFrom = ledgerFrom;
    this.appendedMillis = appendedMillis;
    this.bornMillis = nowMillis - ageMillis;
    this.lastSignMillis = nowMillis;
    time("begun", nowMillis);
  }

  boolean isClosing() {
    return phase instanceof Closing;
  }

  /** Whether a former owner is finishing it. */
  boolean isFormerOwners() {
    return phase instanceof FormerOwners;
  }

  /** Whether a next try is waited for. */
  boolean awaitsRetry() {
    return phase instanceof Waiting;
  }

  /** The try under way. */
  Optional<Running> running() {
    return phase instanceof Running running ? Optional.of(running) : Optional.empty();
  }

  /** The upload that goes on in the try under way. */
  Optional<Speaking> speaking() {
    return phase instanceof Running now && now.upload() instanceof Speaking speaking
        ? Optional.of(speaking)
        : Optional.empty();
  }

  /** Whether audio still belongs to it. */
  boolean isUploading() {
    return awaitsRetry() || speaking().isPresent();
  }

  /** Whether something was asked of CIC in the try under way. */
  boolean isRequested() {
    return running().filter(Running::isRequested).isPresent();
  }

  /** Whether there is a request under way that is to be broken off when it is not wanted. */
  boolean isUnderWay() {
    return running().filter(now -> now.isRequested() && !now.isComplete()).isPresent();
  }

  /** Whether its records come from somewhere else than the live ones. */
  boolean isReadAgain() {
    return switch (phase) {
      case Waiting _, FormerOwners _ -> true;
      case Running now -> now.upload() instanceof Speaking speaking && !speaking.isLive();
      case Closing _ -> false;
    };
  }

  /** How far the speech of the try under way has got. */
  void upload(Phase.Upload now) {
    phase = running().orElseThrow().with(now);
  }

  /** CIC's answer to the try under way is complete. */
  void responseEnded() {
    phase = new Running(running().orElseThrow().upload(), Phase.Response.ENDED);
  }

  /** Forgets what the failed try had got to. */
  void startOver(Attempt next) {
    attempt = next;
    phase = Running.FIRST;
    speech = new TakenSpeech();
    times.forgetTry();
  }

  /** Notes the first time something happened. */
  void time(String what, long nowMillis) {
    times.note(what, nowMillis);
  }

  long time(String what) {
    return times.of(what);
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
                "audioChunks", (long) speech.chunks(),
                "audioBytes", speech.bytes(),
                "directives", (long) directives,
                "attachments", (long) attachments),
            times.all());
    phase = new Closing(record);
    return record;
  }
}
