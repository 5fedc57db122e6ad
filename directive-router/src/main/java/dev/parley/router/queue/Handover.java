package dev.parley.router.queue;

import dev.parley.protocol.TurnId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Between what has been decided and the device: takes directives in, releases them with their
 * attachments, hands them to the stream while there is one, and keeps account of what is dropped.
 */
final class Handover {
  private final Limits limits;
  private final Consumer<Arrival> heard;
  private final Outbox outbox;
  private final Attachments attachments;
  private final Discards discards;
  private final Map<String, Boolean> seen;
  private Optional<Input.Connected> stream = Optional.empty();

  /** The latest time heard of from our own clock: records are read again long after they came. */
  private long now = Long.MIN_VALUE;

  /** What the device has said it had, when it connected; concerns only records from before. */
  private long resumedAfter = Long.MIN_VALUE;

  private long resumedAt = Long.MIN_VALUE;

  private List<Effect> effects = new ArrayList<>();
  private int released;

  /**
   * @param heard told of each directive that the device has been given
   */
  Handover(Limits limits, Consumer<Arrival> heard) {
    this.limits = limits;
    this.heard = heard;
    this.outbox = new Outbox(limits);
    this.attachments = new Attachments(limits);
    this.discards = new Discards(limits);
    this.seen = new Bounded<>(limits.seen());
  }

  /** A new input begins; what follows from it is added to the list returned. */
  List<Effect> begin() {
    effects = new ArrayList<>();
    released = 0;
    return effects;
  }

  int size() {
    return outbox.size();
  }

  boolean isEmpty() {
    return stream.isEmpty() && outbox.size() == 0 && attachments.isEmpty();
  }

  List<Discard> discards(Optional<String> dialog) {
    return discards.of(dialog);
  }

  Attachments attachments() {
    return attachments;
  }

  OptionalLong needed() {
    return lowest(outbox.needed(), attachments.needed());
  }

  OptionalLong deadline() {
    return lowest(outbox.deadline(), attachments.deadline(), discards.deadline());
  }

  static OptionalLong lowest(OptionalLong... candidates) {
    return Stream.of(candidates).flatMapToLong(OptionalLong::stream).min();
  }

  boolean hasSeen(String messageId) {
    return seen.containsKey(messageId);
  }

  /**
   * Takes a directive in.
   *
   * @return false when the queue is full and the directive discarded
   */
  boolean admit(Arrival arrival) {
    if (!outbox.makeRoom(arrival.bytes())) {
      refuse(arrival, Reason.OVERFLOW);
      return false;
    }
    if (!arrival.messageId().isEmpty()) {
      seen.put(arrival.messageId(), true);
    }
    return true;
  }

  void await(Arrival arrival, TurnId turn) {
    outbox.await(arrival, turn);
  }

  List<Arrival> takeWaiting(Predicate<Outbox.Waiting> which) {
    return outbox.takeWaiting(which);
  }

  /** The directive is ready for the device, by this record. */
  void release(Arrival arrival, At by, boolean overtakes) {
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
    long expiresAt = arrival.at().millis() + limits.maxAgeMillis();
    put(new Entry(message, position(by), Optional.of(arrival), needs, expiresAt), by, overtakes);
  }

  /** A message that is none of CIC's directives is ready for the device, by this record. */
  void release(Message message, At by, long needs) {
    long expiresAt = by.millis() + limits.maxAgeMillis();
    put(new Entry(message, position(by), Optional.empty(), needs, expiresAt), by, false);
  }

  private long position(At by) {
    return by.position(released++);
  }

  private void put(Entry entry, At by, boolean overtakes) {
    if (entry.position <= resumedAfter && by.millis() <= resumedAt) {
      entry.arrival.ifPresent(heard);
    } else if (entry.expiresAt <= now) {
      entry.arrival.ifPresent(a -> drop(a, Reason.EXPIRED, now));
    } else if (overtakes) {
      outbox.overtake(entry);
      handOut(entry, true);
    } else {
      outbox.enqueue(entry);
      handOut(entry, false);
    }
  }

  private void handOut(Entry entry, boolean overtakes) {
    if (stream.isPresent() && entry.isFor(stream.get().dialog())) {
      entry.handedOut = true;
      entry.arrival.ifPresent(heard);
      effects.add(new Effect.Send(entry.delivery(overtakes)));
    }
  }

  void connected(Input.Connected input) {
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

  void disconnected() {
    stream = Optional.empty();
  }

  void acknowledged(long cursor, Optional<String> dialog) {
    acknowledged(e -> e.position <= cursor && e.isFor(dialog));
  }

  void acknowledged(Predicate<Entry> which) {
    outbox.take(which).forEach(e -> e.arrival.ifPresent(heard));
  }

  void expire(long millis) {
    now = Math.max(now, millis);
    for (Arrival a :
        outbox.takeWaiting(w -> w.arrival().at().millis() + limits.maxAgeMillis() <= now)) {
      drop(a, Reason.EXPIRED, now);
    }
    drop(e -> e.expiresAt <= now, Reason.EXPIRED, now);
    attachments.expire(now);
    discards.expire(now);
  }

  /** Drops what is not acknowledged; what a stream has taken is not counted as discarded. */
  void drop(Predicate<Entry> which, Reason reason, long millis) {
    for (Entry entry : outbox.take(which)) {
      if (!entry.handedOut) {
        entry.arrival.ifPresent(a -> drop(a, reason, millis));
      }
    }
  }

  /** An admitted directive goes; should it come again, in a newer attempt, it is new. */
  void drop(Arrival arrival, Reason reason, long millis) {
    seen.remove(arrival.messageId());
    discard(arrival, reason, millis);
    attachments.forget(arrival);
  }

  /** A directive is not let in, nor is what belongs to it (C30). */
  void refuse(Arrival arrival, Reason reason) {
    discard(arrival, reason, arrival.at().millis());
    attachments.forget(arrival);
  }

  /** A directive is not let in; its attachments may be another's. */
  void discard(Arrival arrival, Reason reason, long millis) {
    Discard discard = arrival.discarded(reason, millis);
    discards.add(discard);
    effects.add(new Effect.Discarded(discard));
  }
}
