package dev.parley.dispatcher.flow;

import dev.parley.dispatcher.flow.Input.AttemptOf;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import java.util.Optional;
import java.util.function.Function;

/** Writes down what CIC sends: each directive and attachment with its turn and attempt. */
final class Reception {
  private final Turns turns;
  private final Effects effects;
  private final Function<AttemptOf, Optional<Turn>> current;
  private long owner;

  /**
   * What comes in is led to a turn of these.
   *
   * @param current the turn, if this attempt is still the one that counts
   */
  Reception(Turns turns, Effects effects, Function<AttemptOf, Optional<Turn>> current) {
    this.turns = turns;
    this.effects = effects;
    this.current = current;
  }

  /** The number that records bear which belong to no turn. */
  void own(long number) {
    owner = number;
  }

  /** A directive of a turn's response. */
  void answered(Turn turn, Directive directive) {
    turn.directives++;
    effects.append(
        turn,
        new LedgerRecord.DirectiveReceived(
            turn.id.device(),
            Optional.of(turn.id),
            turn.attempt,
            Channel.RESPONSE,
            directive.json()));
  }

  /** A directive of a downchannel. */
  void pushed(String device, Optional<Turn> turn, Directive directive) {
    turn.ifPresent(t -> t.directives++);
    received(
        turn,
        new LedgerRecord.DirectiveReceived(
            device, turn.map(t -> t.id), attemptOf(turn), Channel.DOWNCHANNEL, directive.json()));
  }

  /**
   * The open turn that a downchannel directive is about: by its dialog, or, for StopCapture without
   * one, the one that is being spoken.
   */
  Optional<Turn> turnOf(String device, Directive directive) {
    Optional<String> dialog = directive.header().dialogRequestId();
    if (dialog.isEmpty() && !directive.isCaptureControl()) {
      return Optional.empty();
    }
    return turns.ofDevice(device).stream()
        .filter(t -> !t.isFormerOwners() && !t.isClosing() && t.begun != null)
        .filter(t -> dialog.isPresent() ? dialog.get().equals(t.id.dialog()) : t.isUploading())
        .reduce((earlier, later) -> later.time("begun") >= earlier.time("begun") ? later : earlier);
  }

  void attachmentBegun(Input.AttachmentBegun a, long now) {
    Optional<Turn> turn = a.from().flatMap(current);
    if (a.from().isPresent() && turn.isEmpty()) {
      return;
    }
    turn.ifPresent(t -> t.lastSignMillis = now);
    turn.ifPresent(t -> t.attachments++);
    received(
        turn,
        new LedgerRecord.AttachmentBegun(
            a.device(),
            turn.map(t -> t.id),
            attemptOf(turn),
            a.channel(),
            a.attachment(),
            a.contentId(),
            a.contentType(),
            a.offset()));
  }

  void attachmentEnded(Input.AttachmentEnded a, long now) {
    Optional<Turn> turn = a.from().flatMap(current);
    if (a.from().isPresent() && turn.isEmpty()) {
      return;
    }
    turn.ifPresent(t -> t.lastSignMillis = now);
    received(
        turn,
        new LedgerRecord.AttachmentEnded(
            a.device(),
            turn.map(t -> t.id),
            attemptOf(turn),
            a.channel(),
            a.attachment(),
            a.length(),
            a.sha256(),
            a.whole()));
  }

  /** The one that the ledger knows: what comes before the next is asked is said of the last. */
  private Attempt attemptOf(Optional<Turn> turn) {
    return turn.map(t -> t.begun).orElse(new Attempt(owner, 0));
  }

  private void received(Optional<Turn> turn, LedgerRecord record) {
    turn.ifPresentOrElse(
        t -> effects.append(t, record), () -> effects.add(new Effect.Append(record)));
  }
}
