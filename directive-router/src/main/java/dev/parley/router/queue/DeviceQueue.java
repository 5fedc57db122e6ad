package dev.parley.router.queue;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What one device is given, as a state machine: {@code apply(input) -> effects}. Which directives
 * it is given {@link Dialogs} decides; this class carries that out.
 *
 * <p>Time only comes in with inputs. Not thread-safe.
 */
final class DeviceQueue {
  private final Limits limits;
  private final Dialogs dialogs;
  private final Handover handover;
  private long lastActive = Long.MIN_VALUE;

  DeviceQueue(Limits limits, Optional<Dialogs.Last> last) {
    this.limits = limits;
    this.dialogs = new Dialogs(limits.closedTurns(), last);
    this.handover = new Handover(limits, this::heard);
  }

  List<Effect> apply(Input input) {
    List<Effect> effects = handover.begin();
    switch (input) {
      case Input.Received i -> received(arrival(i.record(), i.directive(), i.at()));
      case Input.Outdated i -> {
        Arrival arrival = arrival(i.record(), i.directive(), i.at());
        handover.discard(arrival, Reason.OTHER_ATTEMPT, i.at().millis());
      }
      case Input.Recorded i -> recorded(i.record(), i.at(), effects);
      case Input.Connected i -> {
        lastActive = Math.max(lastActive, i.millis());
        handover.connected(i);
      }
      case Input.Disconnected i -> handover.disconnected();
      case Input.Acknowledged i -> handover.acknowledged(i.cursor(), i.dialog());
      case Input.MessagesAcknowledged i ->
          handover.acknowledged(e -> e.hasMessageId(i.messageIds()));
      case Input.Tick i -> handover.expire(i.millis());
    }
    return effects;
  }

  /** The device has it, or may have: from now on no other attempt may answer in its stead. */
  private void heard(Arrival arrival) {
    if (arrival.answers()) {
      arrival
          .turn()
          .flatMap(dialogs::open)
          .filter(t -> t.attempt.equals(arrival.attempt()))
          .ifPresent(t -> t.heard = true);
    }
  }

  Optional<Dialogs.Last> last() {
    return dialogs.last();
  }

  int size() {
    return handover.size();
  }

  List<Discard> discards(Optional<String> dialog) {
    return handover.discards(dialog);
  }

  Optional<Attachment> attachment(String name) {
    return handover.attachments().named(name);
  }

  /** The lowest ledger offset that this queue would have to read again; empty when none. */
  OptionalLong needed() {
    return Handover.lowest(dialogs.firstOffset(), handover.needed());
  }

  /** Whether nothing but the slots is worth keeping. */
  boolean isIdle(long now) {
    return isEmpty() && lastActive + limits.idleMillis() <= now;
  }

  private boolean isEmpty() {
    return handover.isEmpty() && !dialogs.hasOpen();
  }

  /**
   * When a {@link Input.Tick} will have something to do, or the queue will be idle, in epoch
   * milliseconds; empty when only other inputs can change anything.
   */
  OptionalLong deadline() {
    return Handover.lowest(
        handover.deadline(),
        isEmpty() ? OptionalLong.of(lastActive + limits.idleMillis()) : OptionalLong.empty());
  }

  private Arrival arrival(LedgerRecord.DirectiveReceived record, Directive directive, At at) {
    long needs = record.turn().flatMap(dialogs::open).map(t -> t.firstOffset).orElse(at.offset());
    return new Arrival(record, directive, at, needs);
  }

  private void received(Arrival arrival) {
    lastActive = Math.max(lastActive, arrival.at().millis());
    if (handover.hasSeen(arrival.messageId())) {
      handover.discard(arrival, Reason.DUPLICATE, arrival.at().millis());
      return;
    }
    Verdict verdict = dialogs.judge(arrival.record(), arrival.directive());
    if (verdict instanceof Verdict.Discard d) {
      handover.refuse(arrival, d.reason());
      return;
    }
    if (!handover.admit(arrival)) {
      return;
    }
    if (arrival.directive() instanceof Directive.SystemException) {
      arrival.turn().flatMap(dialogs::open).ifPresent(t -> t.exceptionTaken = true);
    }
    switch (verdict) {
      case Verdict.Overtake o -> handover.release(arrival, arrival.at(), true);
      case Verdict.Enqueue e -> handover.release(arrival, arrival.at(), false);
      case Verdict.AwaitSent w -> handover.await(arrival, w.turn().id);
      case Verdict.Discard d -> throw new IllegalStateException("discarded above");
    }
  }

  private void recorded(LedgerRecord record, At at, List<Effect> effects) {
    lastActive = Math.max(lastActive, at.millis());
    switch (record) {
      case LedgerRecord.TurnBegun r -> begun(r, at, effects);
      case LedgerRecord.TurnSent r ->
          dialogs
              .open(r.turn())
              .filter(t -> t.attempt.equals(r.attempt()))
              .ifPresent(t -> sent(t, at));
      case LedgerRecord.TurnClosed r -> closed(r, at);
      case LedgerRecord.AttachmentBegun r -> attachmentBegun(r, at);
      case LedgerRecord.AttachmentEnded r -> {
        if (counts(r.turn(), r.attempt())) {
          handover
              .attachments()
              .ended(
                  r.attachment(),
                  new Attachment.End(r.length(), r.sha256(), r.whole()),
                  at.millis());
        }
      }
      case LedgerRecord.DirectiveReceived r ->
          throw new IllegalArgumentException("a directive comes as Input.Received");
      case LedgerRecord.Owner r -> throw ofPartition();
      case LedgerRecord.Release r -> throw ofPartition();
      case LedgerRecord.Renewal r -> throw ofPartition();
      case LedgerRecord.TurnLeft r -> {
        // Nothing changes for its device: the owner begins it anew, or closes it.
      }
    }
  }

  private static IllegalArgumentException ofPartition() {
    return new IllegalArgumentException("owner and release concern the partition");
  }

  private void begun(LedgerRecord.TurnBegun record, At at, List<Effect> effects) {
    if (dialogs.isClosed(record.turn())) {
      return;
    }
    Optional<Turn> known = dialogs.open(record.turn());
    if (known.isEmpty()) {
      dialogs.begin(new Turn(record, at.offset()));
    } else if (record.attempt().compareTo(known.get().attempt) > 0) {
      begunAgain(known.get(), record, at, effects);
    }
  }

  private void begunAgain(Turn turn, LedgerRecord.TurnBegun record, At at, List<Effect> effects) {
    if (turn.heard) {
      effects.add(new Effect.AttemptsMixed(turn.id));
      return;
    }
    turn.attempt = record.attempt();
    turn.sent = false;
    turn.exceptionTaken = false;
    for (Arrival a : handover.takeWaiting(w -> w.arrival().is(turn.id))) {
      handover.drop(a, Reason.OTHER_ATTEMPT, at.millis());
    }
    handover.drop(
        e -> e.isOfOlderAttempt(turn.id, turn.attempt), Reason.OTHER_ATTEMPT, at.millis());
    handover.attachments().forgetOlder(turn.id, turn.attempt);
  }

  private void sent(Turn turn, At at) {
    dialogs
        .sent(turn)
        .ifPresent(replaced -> {
          handover.drop(e -> e.goesWith(replaced), Reason.SUPERSEDED, at.millis());
          handover.attachments().expectNone(d -> d.dialog().filter(replaced::equals).isPresent());
        });
    for (Arrival a : handover.takeWaiting(w -> w.awaits().equals(turn.id))) {
      if (turn.isDelegated() || a.dialog().filter(dialogs::isLast).isPresent()) {
        handover.release(a, at, false);
      } else {
        handover.drop(a, Reason.SUPERSEDED, at.millis());
      }
    }
  }

  private void closed(LedgerRecord.TurnClosed record, At at) {
    TurnId id = record.turn();
    Optional<Turn> open = dialogs.open(id);
    if (dialogs.isClosed(id)
        || open.filter(t -> record.attempt().compareTo(t.attempt) < 0).isPresent()) {
      return;
    }
    // CIC took the whole turn, so it has been sent, whether or not the ledger said so before.
    open.filter(t -> record.status() == TurnStatus.OK && !t.sent).ifPresent(t -> sent(t, at));
    settleWaiting(record, at);
    handover.drop(
        e -> e.arrival.filter(a -> a.is(id) && a.directive().isCaptureControl()).isPresent(),
        Reason.STALE,
        at.millis());
    long needs = open.map(t -> t.firstOffset).orElse(at.offset());
    if (record.status() != TurnStatus.OK && open.filter(t -> t.exceptionTaken).isEmpty()) {
      handover.release(exception(record), at, needs);
    }
    handover.release(new Message.OfTurnClosed(record), at, needs);
    dialogs.close(id);
  }

  /**
   * What still waits was an answer to a send that never came to its end; only CIC's own error
   * message is for the device's ears all the same.
   */
  private void settleWaiting(LedgerRecord.TurnClosed record, At at) {
    TurnId id = record.turn();
    for (Arrival a : handover.takeWaiting(w -> w.awaits().equals(id) || w.arrival().is(id))) {
      if (a.directive() instanceof Directive.SystemException && a.is(id)) {
        handover.release(a, at, false);
      } else {
        boolean bargedIn = record.status() == TurnStatus.SUPERSEDED;
        handover.drop(a, bargedIn ? Reason.SUPERSEDED : Reason.ABORTED, at.millis());
      }
    }
  }

  private static Message exception(LedgerRecord.TurnClosed closed) {
    String name = closed.turn() + "/" + closed.attempt() + "/exception";
    UUID messageId = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    Optional<String> dialog = Optional.of(closed.turn().dialog());
    Directive made =
        Directive.exception(
            messageId.toString(), dialog, closed.status().toString(), closed.detail());
    return new Message.OfDirective(
        messageId.toString(),
        made.header().fullName(),
        dialog,
        Optional.of(closed.turn()),
        made.json(),
        Map.of(),
        true);
  }

  private void attachmentBegun(LedgerRecord.AttachmentBegun record, At at) {
    if (!counts(record.turn(), record.attempt())) {
      return;
    }
    Attachment attachment =
        new Attachment(
            record.attachment(),
            record.contentId(),
            record.contentType(),
            record.offset(),
            record.turn(),
            record.attempt(),
            at.offset(),
            Optional.empty());
    for (Arrival d : handover.attachments().begun(attachment, at.millis())) {
      handover.release(
          new Message.AttachmentKnown(attachment, d.dialog(), d.turn(), d.messageId()),
          at,
          d.needs());
    }
  }

  /** Whether an attachment's record is of an attempt that counts. */
  private boolean counts(Optional<TurnId> turn, Attempt attempt) {
    return turn.isEmpty()
        || dialogs.open(turn.get()).filter(t -> t.attempt.equals(attempt)).isPresent();
  }
}
