package dev.parley.trials.chaos;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord.DirectiveReceived;
import dev.parley.protocol.record.LedgerRecord.TurnClosed;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.Violation.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one device was told of one turn, held against the ledger: directives of one attempt, in
 * order and before the end, and the end that the ledger has.
 */
final class DeliveryCheck {
  private static final String EXCEPTION = "System.Exception";

  private final TurnId turn;
  private final HistoryIndex index;
  private final Optional<Entry> closed;
  private final List<Told> heard;
  private final List<Violation> violations;
  private final Map<String, Entry> written = new HashMap<>();

  /**
   * Of this turn.
   *
   * @param heard what its device was told of it, each thing once
   */
  DeliveryCheck(TurnId turn, HistoryIndex index, List<Told> heard, List<Violation> violations) {
    this.turn = turn;
    this.index = index;
    this.closed = index.counted().closed(turn);
    this.heard = heard;
    this.violations = violations;
    for (Entry entry : index.counted().of(turn)) {
      entry.directive().ifPresent(sent -> written.put(sent.messageId(), entry));
    }
  }

  void run() {
    order();
    attempts();
    closed.ifPresent(entry -> end(entry, (TurnClosed) entry.record()));
  }

  private void order() {
    boolean over = false;
    for (Told told : heard) {
      switch (told) {
        case Told.Closed _ -> over = true;
        case Told.Attachment _ -> {}
        case Told.Directive directive -> {
          if (over) {
            violate(Kind.ORDER, directive + " was told after the turn's end");
          }
          if (directive.dialog().filter(d -> !d.equals(turn.dialog())).isPresent()) {
            violate(Kind.MIXED, directive + " is of dialog " + directive.dialog().get());
          }
        }
      }
    }
  }

  private void attempts() {
    Set<Attempt> attempts = new TreeSet<>();
    long last = -1;
    for (Entry directive : responses()) {
      attempts.add(directive.record().attempt());
      if (directive.offset() <= last) {
        violate(
            Kind.ORDER, "what stands at " + directive.place() + " came after what is at " + last);
      }
      last = directive.offset();
    }
    if (attempts.size() > 1) {
      violate(Kind.MIXED, "directives of attempts " + attempts);
    }
    index
        .counted()
        .closedWell(turn)
        .filter(end -> attempts.stream().anyMatch(a -> !a.equals(end.attempt())))
        .ifPresent(end ->
            violate(
                Kind.MIXED, "closed by attempt " + end.attempt() + ", answered by " + attempts));
  }

  /** The response's directives that the device had, in its order. */
  private List<Entry> responses() {
    return heard.stream()
        .map(told -> Optional.ofNullable(written.get(told.name())))
        .flatMap(Optional::stream)
        .filter(entry ->
            entry.record() instanceof DirectiveReceived d && d.channel() == Channel.RESPONSE)
        .toList();
  }

  private void end(Entry entry, TurnClosed ledgers) {
    List<Told.Closed> ends =
        heard.stream().filter(Told.Closed.class::isInstance).map(Told.Closed.class::cast).toList();
    if (ends.isEmpty()) {
      violate(Kind.UNTOLD, "closed as " + ledgers.status() + ", and the device was not told");
    }
    for (Told.Closed end : ends) {
      if (end.status() != ledgers.status() || !end.attempt().equals(ledgers.attempt())) {
        violate(
            Kind.MISTOLD,
            "%s was told; the ledger has %s by %s at %s"
                .formatted(end, ledgers.status(), ledgers.attempt(), entry.place()));
      }
    }
    exceptions(entry, ledgers);
  }

  /** A turn that ends badly is told by one exception, CIC's or ours, and no other turn by ours. */
  private void exceptions(Entry entry, TurnClosed ledgers) {
    List<Told.Directive> exceptions =
        heard.stream()
            .filter(Told.Directive.class::isInstance)
            .map(Told.Directive.class::cast)
            .filter(directive -> directive.directive().equals(EXCEPTION))
            .toList();
    List<Told.Directive> made = exceptions.stream().filter(Told.Directive::made).toList();
    if (ledgers.status() == TurnStatus.OK) {
      made.forEach(
          exception -> violate(Kind.MISTOLD, exception + " of Parley's, and the turn went well"));
    } else if (exceptions.isEmpty() && index.listened(turn.device(), entry.millis())) {
      violate(Kind.UNTOLD, "closed as " + ledgers.status() + ", and no exception was told");
    } else if (made.size() > 1) {
      violate(Kind.DOUBLED, "exceptions of Parley's: " + made);
    }
  }

  private void violate(Kind kind, String evidence) {
    violations.add(Violation.of(kind, turn, evidence));
  }
}
