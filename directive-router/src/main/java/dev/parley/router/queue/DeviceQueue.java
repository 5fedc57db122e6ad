package dev.parley.router.queue;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What one device is given, as a state machine: {@code apply(input) -> effects}. Which directives
 * it is given {@link Dialogs} decides; this class carries that out.
 *
 * <p>Time only comes in with inputs. Not thread-safe.
 */
final class DeviceQueue {
  private final Limits limits;
  private final Dialogs dialogs;
  private final Outbox outbox;
  private final Attachments attachments;
  private final Discards discards;
  private final Map<String, Boolean> seen;
  private Optional<Input.Connected> stream = Optional.empty();
  private long lastActive = Long.MIN_VALUE;

  /** The latest time heard of from our own clock: records are read again long after they came. */
  private long now = Long.MIN_VALUE;

  /** What the device has said it had, when it connected; concerns only records from before. */
  private long resumedAfter = Long.MIN_VALUE;

  private long resumedAt = Long.MIN_VALUE;

  private List<Effect> effects = new ArrayList<>();
  private int released;

  DeviceQueue(Limits limits, Optional<Dialogs.Last> last) {
    this.limits = limits;
    this.dialogs = new Dialogs(limits.closedTurns(), last);
    this.outbox = new Outbox(limits);
    this.attachments = new Attachments(limits);
    this.discards = new Discards(limits);
    this.seen = new Bounded<>(limits.seen());
  }

  List<Effect> apply(Input input) {
    effects = new ArrayList<>();
    released = 0;
    switch (input) {
      case Input.Received i -> received(arrival(i.record(), i.directive(), i.at()));
      case Input.Outdated i ->
          discard(
              arrival(i.record(), i.directive(), i.at()), Reason.OTHER_ATTEMPT, i.at().millis());
      case Input.Recorded i -> recorded(i.record(), i.at());
      case Input.Connected i -> connected(i);
      case Input.Disconnected i -> stream = Optional.empty();
      case Input.Acknowledged i -> acknowledged(i.cursor(), i.dialog());
      case Input.MessagesAcknowledged i -> outbox.take(e -> e.hasMessageId(i.messageIds()));
      case Input.Tick i -> tick(i.millis());
    }
    return effects;
  }

  Optional<Dialogs.Last> last() {
    return dialogs.last();
  }

  int size() {
    return outbox.size();
  }

  List<Discard> discards(Optional<String> dialog) {
    return discards.of(dialog);
  }

  Optional<Attachment> attachment(String name) {
    return attachments.named(name);
  }

  /** The lowest ledger offset that this queue would have to read again; empty when none. */
  OptionalLong needed() {
    return min(dialogs.firstOffset(), outbox.needed(), attachments.needed());
  }

  /** Whether nothing but the slots is worth keeping. */
  boolean isIdle(long now) {
    return isEmpty() && lastActive + limits.idleMillis() <= now;
  }

  private boolean isEmpty() {
    return stream.isEmpty() && !dialogs.hasOpen() && outbox.size() == 0 && attachments.isEmpty();
  }

  /**
   * When a {@link Input.Tick} will have something to do, or the queue will be idle, in epoch
   * milliseconds; empty when only other inputs can change anything.
   */
  OptionalLong deadline() {
    return min(
        outbox.deadline(),
        attachments.deadline(),
        discards.deadline(),
        isEmpty() ? OptionalLong.of(lastActive + limits.idleMillis()) : OptionalLong.empty());
  }

  private static OptionalLong min(OptionalLong... candidates) {
    return Stream.of(candidates).flatMapToLong(OptionalLong::stream).min();
  }

  private Arrival arrival(LedgerRecord.DirectiveReceived record, Directive directive, At at) {
    long needs = record.turn().flatMap(dialogs::open).map(t -> t.firstOffset).orElse(at.offset());
    return new Arrival(record, directive, at, needs);
  }

  private void received(Arrival arrival) {
    lastActive = Math.max(lastActive, arrival.at().millis());
    if (seen.containsKey(arrival.messageId())) {
      discard(arrival, Reason.DUPLICATE, arrival.at().millis());
      return;
    }
    switch (dialogs.judge(arrival.record(), arrival.directive())) {
      case Verdict.Discard d -> {
        discard(arrival, d.reason(), arrival.at().millis());
        attachments.forget(arrival);
      }
      case Verdict.Overtake o -> admit(arrival, () -> release(arrival, arrival.at(), true));
      case Verdict.Enqueue e -> admit(arrival, () -> release(arrival, arrival.at(), false));
      case Verdict.AwaitSent w -> admit(arrival, () -> outbox.await(arrival, w.turn().id));
    }
  }

  private void admit(Arrival arrival, Runnable how) {
    if (!outbox.makeRoom(arrival.bytes())) {
      discard(arrival, Reason.OVERFLOW, arrival.at().millis());
      attachments.forget(arrival);
      return;
    }
    if (!arrival.messageId().isEmpty()) {
      seen.put(arrival.messageId(), true);
    }
    if (arrival.directive() instanceof Directive.SystemException) {
      arrival.turn().flatMap(dialogs::open).ifPresent(t -> t.exceptionTaken = true);
    }
    how.run();
  }

  private void release(Arrival arrival, At by, boolean overtakes) {
    Map<String, String> names = new HashMap<>();
    long needs = arrival.needs();
    for (Map.Entry<String, Attachment> begun : attachments.claim(arrival).entrySet()) {
      names.put(begun.getKey(), begun.getValue().name());
      needs = Math.min(needs, begun.getValue().ledgerOffset());
    }
    Message message =
        new Message.OfDirective(
            arrival.messageId(),
            arrival.directive().header().fullName(),
            arrival.dialog(),
            arrival.turn(),
            arrival.record().json(),
            names,
            false);
    put(message, by, Optional.of(arrival), needs, arrival.at().millis(), overtakes);
  }

  private void put(
      Message message,
      At by,
      Optional<Arrival> arrival,
      long needs,
      long since,
      boolean overtakes) {
    Entry entry =
        new Entry(message, by.position(released++), arrival, needs, since + limits.maxAgeMillis());
    if (entry.position <= resumedAfter && by.millis() <= resumedAt) {
      heard(entry);
      return;
    }
    if (entry.expiresAt <= now) {
      arrival.ifPresent(a -> drop(a, Reason.EXPIRED, now));
      return;
    }
    if (overtakes) {
      outbox.overtake(entry);
    } else {
      outbox.enqueue(entry);
    }
    handOut(entry, overtakes);
  }

  private void handOut(Entry entry, boolean overtakes) {
    if (stream.isEmpty() || !entry.isFor(stream.get().dialog())) {
      return;
    }
    entry.handedOut = true;
    heard(entry);
    effects.add(new Effect.Send(entry.delivery(overtakes)));
  }

  /** The device has it, or may have: from now on no other attempt may answer in its stead. */
  private void heard(Entry entry) {
    entry
        .arrival
        .filter(Arrival::answers)
        .flatMap(a -> a.turn().flatMap(dialogs::open).filter(t -> t.attempt.equals(a.attempt())))
        .ifPresent(t -> t.heard = true);
  }

  private void recorded(LedgerRecord record, At at) {
    lastActive = Math.max(lastActive, at.millis());
    switch (record) {
      case LedgerRecord.TurnBegun r -> begun(r, at);
      case LedgerRecord.TurnSent r ->
          dialogs
              .open(r.turn())
              .filter(t -> t.attempt.equals(r.attempt()))
              .ifPresent(t -> sent(t, at));
      case LedgerRecord.TurnClosed r -> closed(r, at);
      case LedgerRecord.AttachmentBegun r -> attachmentBegun(r, at);
      case LedgerRecord.AttachmentEnded r -> {
        if (counts(r.turn(), r.attempt())) {
          attachments.ended(
              r.attachment(), new Attachment.End(r.length(), r.sha256(), r.whole()), at.millis());
        }
      }
      case LedgerRecord.DirectiveReceived r ->
          throw new IllegalArgumentException("a directive comes as Input.Received");
      case LedgerRecord.Owner r -> throw ofPartition();
      case LedgerRecord.Release r -> throw ofPartition();
    }
  }

  private static IllegalArgumentException ofPartition() {
    return new IllegalArgumentException("owner and release concern the partition");
  }

  private void begun(LedgerRecord.TurnBegun record, At at) {
    if (dialogs.isClosed(record.turn())) {
      return;
    }
    Optional<Turn> known = dialogs.open(record.turn());
    if (known.isEmpty()) {
      dialogs.begin(new Turn(record, at.offset()));
    } else if (record.attempt().compareTo(known.get().attempt) > 0) {
      begunAgain(known.get(), record, at);
    }
  }

  private void begunAgain(Turn turn, LedgerRecord.TurnBegun record, At at) {
    if (turn.heard) {
      effects.add(new Effect.AttemptsMixed(turn.id));
      return;
    }
    turn.attempt = record.attempt();
    turn.sent = false;
    turn.exceptionTaken = false;
    for (Arrival a : outbox.takeWaiting(w -> w.arrival().is(turn.id))) {
      drop(a, Reason.OTHER_ATTEMPT, at.millis());
    }
    drop(e -> e.isOfOlderAttempt(turn.id, turn.attempt), Reason.OTHER_ATTEMPT, at.millis());
    attachments.forgetOlder(turn.id, turn.attempt);
  }

  private void sent(Turn turn, At at) {
    dialogs
        .sent(turn)
        .ifPresent(replaced -> {
          drop(e -> e.goesWith(replaced), Reason.SUPERSEDED, at.millis());
          attachments.expectNone(d -> d.dialog().filter(replaced::equals).isPresent());
        });
    for (Arrival a : outbox.takeWaiting(w -> w.awaits().equals(turn.id))) {
      if (turn.isDelegated() || a.dialog().filter(dialogs::isLast).isPresent()) {
        release(a, at, false);
      } else {
        drop(a, Reason.SUPERSEDED, at.millis());
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
    drop(
        e -> e.arrival.filter(a -> a.is(id) && a.directive().isCaptureControl()).isPresent(),
        Reason.STALE,
        at.millis());
    long needs = open.map(t -> t.firstOffset).orElse(at.offset());
    if (record.status() != TurnStatus.OK && open.filter(t -> t.exceptionTaken).isEmpty()) {
      put(exception(record), at, Optional.empty(), needs, at.millis(), false);
    }
    put(new Message.OfTurnClosed(record), at, Optional.empty(), needs, at.millis(), false);
    dialogs.close(id);
  }

  /**
   * What still waits was an answer to a send that never came to its end; only CIC's own error
   * message is for the device's ears all the same.
   */
  private void settleWaiting(LedgerRecord.TurnClosed record, At at) {
    TurnId id = record.turn();
    for (Arrival a : outbox.takeWaiting(w -> w.awaits().equals(id) || w.arrival().is(id))) {
      if (a.directive() instanceof Directive.SystemException && a.is(id)) {
        release(a, at, false);
      } else {
        boolean bargedIn = record.status() == TurnStatus.SUPERSEDED;
        drop(a, bargedIn ? Reason.SUPERSEDED : Reason.ABORTED, at.millis());
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
    for (Arrival d : attachments.begun(attachment, at.millis())) {
      put(
          new Message.AttachmentKnown(attachment, d.dialog(), d.turn(), d.messageId()),
          at,
          Optional.empty(),
          d.needs(),
          at.millis(),
          false);
    }
  }

  /** Whether an attachment's record is of an attempt that counts. */
  private boolean counts(Optional<TurnId> turn, Attempt attempt) {
    return turn.isEmpty()
        || dialogs.open(turn.get()).filter(t -> t.attempt.equals(attempt)).isPresent();
  }

  private void connected(Input.Connected input) {
    lastActive = Math.max(lastActive, input.millis());
    now = Math.max(now, input.millis());
    input.after().ifPresent(after -> acknowledged(after, input.dialog()));
    if (input.after().isPresent() && input.dialog().isEmpty()) {
      resumedAfter = input.after().getAsLong();
      resumedAt = input.millis();
    }
    stream = Optional.of(input);
    outbox.overtaking().forEach(e -> handOut(e, true));
    outbox.queued().forEach(e -> handOut(e, false));
  }

  private void acknowledged(long cursor, Optional<String> dialog) {
    outbox.take(e -> e.position <= cursor && e.isFor(dialog)).forEach(this::heard);
  }

  private void tick(long millis) {
    now = Math.max(now, millis);
    for (Arrival a :
        outbox.takeWaiting(w -> w.arrival().at().millis() + limits.maxAgeMillis() <= now)) {
      drop(a, Reason.EXPIRED, now);
    }
    drop(e -> e.expiresAt <= now, Reason.EXPIRED, now);
    attachments.expire(now);
    discards.expire(now);
  }

  private void drop(Predicate<Entry> which, Reason reason, long millis) {
    for (Entry entry : outbox.take(which)) {
      if (!entry.handedOut) {
        entry.arrival.ifPresent(a -> drop(a, reason, millis));
      }
    }
  }

  /** An admitted directive goes; should it come again, in a newer attempt, it is new. */
  private void drop(Arrival arrival, Reason reason, long millis) {
    seen.remove(arrival.messageId());
    discard(arrival, reason, millis);
    attachments.forget(arrival);
  }

  private void discard(Arrival arrival, Reason reason, long millis) {
    Discard discard = arrival.discarded(reason, millis);
    discards.add(discard);
    effects.add(new Effect.Discarded(discard));
  }
}
