package dev.parley.router.queue;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * Brings attachments and the directives that name them together, whichever comes first and on
 * whichever stream (C35).
 */
final class Attachments {
  private final Limits limits;
  private final Map<String, Known> byName = new LinkedHashMap<>();
  private final List<Expected> expected = new ArrayList<>();

  /** A released directive names an attachment that has not begun. */
  record Expected(String contentId, Arrival directive) {}

  private record Known(Attachment attachment, Optional<Arrival> claimedBy, long millis) {
    Known claim(Arrival directive) {
      return new Known(attachment, Optional.of(directive), millis);
    }
  }

  Attachments(Limits limits) {
    this.limits = limits;
  }

  boolean isEmpty() {
    return byName.isEmpty() && expected.isEmpty();
  }

  /** An attachment that a released directive names. */
  Optional<Attachment> named(String name) {
    return Optional.ofNullable(byName.get(name))
        .filter(k -> k.claimedBy().isPresent())
        .map(Known::attachment);
  }

  /**
   * The attachments that have begun, of those that this directive names; the others are expected
   * from now on.
   */
  Map<String, Attachment> claim(Arrival directive) {
    Map<String, Attachment> begun = new HashMap<>();
    for (String contentId : directive.directive().contentIds()) {
      Optional<Known> known = find(contentId, directive);
      if (known.isPresent()) {
        Attachment attachment = known.get().attachment();
        begun.put(contentId, attachment);
        byName.put(attachment.name(), known.get().claim(directive));
      } else if (expected.size() < limits.attachments()) {
        expected.add(new Expected(contentId, directive));
      }
    }
    return begun;
  }

  private Optional<Known> find(String contentId, Arrival directive) {
    return byName.values().stream()
        .filter(k -> k.attachment().contentId().equals(contentId))
        .filter(k -> k.attachment().belongsTo(directive.turn(), directive.attempt()))
        .findFirst();
  }

  /** An attachment begins; returns the directives, released already, that have waited for it. */
  List<Arrival> begun(Attachment attachment, long millis) {
    if (byName.size() >= limits.attachments() && !byName.containsKey(attachment.name())) {
      Iterator<String> oldest = byName.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    Known known = new Known(attachment, Optional.empty(), millis);
    List<Arrival> waited = new ArrayList<>();
    for (Iterator<Expected> all = expected.iterator(); all.hasNext(); ) {
      Expected e = all.next();
      if (e.contentId().equals(attachment.contentId())
          && attachment.belongsTo(e.directive().turn(), e.directive().attempt())) {
        known = known.claim(e.directive());
        waited.add(e.directive());
        all.remove();
      }
    }
    byName.put(attachment.name(), known);
    return waited;
  }

  void ended(String name, Attachment.End how, long millis) {
    byName.computeIfPresent(
        name, (n, known) -> new Known(known.attachment().ended(how), known.claimedBy(), millis));
  }

  /** The directive goes, with its attachments (C29, C30). */
  void forget(Arrival directive) {
    expected.removeIf(e -> e.directive().equals(directive));
    List<String> contentIds = directive.directive().contentIds();
    byName
        .values()
        .removeIf(k ->
            contentIds.contains(k.attachment().contentId())
                && k.attachment().belongsTo(directive.turn(), directive.attempt())
                && k.claimedBy().filter(by -> !by.equals(directive)).isEmpty());
  }

  /** Those directives' attachments are awaited no longer. */
  void expectNone(Predicate<Arrival> of) {
    expected.removeIf(e -> of.test(e.directive()));
  }

  /** A newer attempt begins: what the older ones received goes, unless the device knows of it. */
  void forgetOlder(TurnId turn, Attempt attempt) {
    byName
        .values()
        .removeIf(k ->
            k.claimedBy().isEmpty()
                && k.attachment().turn().filter(turn::equals).isPresent()
                && k.attachment().attempt().compareTo(attempt) < 0);
    expectNone(d -> d.is(turn) && d.attempt().compareTo(attempt) < 0);
  }

  void expire(long now) {
    byName.values().removeIf(k -> expiry(k) <= now);
    expectNone(d -> d.at().millis() + limits.maxAgeMillis() <= now);
  }

  private long expiry(Known known) {
    return known.millis()
        + (known.claimedBy().isPresent() ? limits.attachmentAgeMillis() : limits.maxAgeMillis());
  }

  /** When the first of these expires, in epoch milliseconds. */
  OptionalLong deadline() {
    return LongStream.concat(
            byName.values().stream().mapToLong(this::expiry),
            expected.stream().mapToLong(e -> e.directive().at().millis() + limits.maxAgeMillis()))
        .min();
  }

  /** The lowest ledger offset needed for one that has not met its counterpart yet. */
  OptionalLong needed() {
    return LongStream.concat(
            byName.values().stream()
                .filter(k -> k.claimedBy().isEmpty() && k.attachment().turn().isEmpty())
                .mapToLong(k -> k.attachment().ledgerOffset()),
            expected.stream().mapToLong(e -> e.directive().needs()))
        .min();
  }
}
