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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What one device was told of one turn, held against the ledger. */
final class DeliveryCheck {
  private final TurnId turn;
  private final List<Entry> counted;
  private final List<Told> heard;
  private final List<Violation> violations;
  private final Map<String, DirectiveReceived> written = new HashMap<>();

  DeliveryCheck(TurnId turn, List<Entry> counted, List<Told> heard, List<Violation> violations) {
    this.turn = turn;
    this.counted = counted;
    this.heard = heard;
    this.violations = violations;
    for (Entry entry : counted) {
      if (entry.record() instanceof DirectiveReceived directive) {
        entry.directive().ifPresent(sent -> written.put(sent.messageId(), directive));
      }
    }
  }

  void run() {
    each();
    Set<Attempt> attempts = new TreeSet<>();
    int last = -1;
    for (DirectiveReceived directive : responses()) {
      attempts.add(directive.attempt());
      if (directive.seq() <= last) {
        violate(Kind.ORDER, "directive " + directive.seq() + " came after " + last);
      }
      last = directive.seq();
    }
    if (attempts.size() > 1) {
      violate(Kind.MIXED, "directives of attempts " + attempts);
    }
    closed().filter(c -> c.status() == TurnStatus.OK).ifPresent(c -> complete(c, attempts));
  }

  private void each() {
    Set<String> ids = new HashSet<>();
    boolean closed = false;
    for (Told told : heard) {
      switch (told) {
        case Told.Attachment _ -> {}
        case Told.Closed _ -> {
          if (closed) {
            violate(Kind.DOUBLED, "its end was told twice");
          }
          closed = true;
        }
        case Told.Directive directive -> {
          if (!ids.add(directive.messageId())) {
            violate(Kind.DOUBLED, label(directive) + " was told twice");
          }
          if (closed) {
            violate(Kind.ORDER, label(directive) + " was told after the turn's end");
          }
          if (!directive.made() && !written.containsKey(directive.messageId())) {
            violate(Kind.MIXED, label(directive) + " is in no record that counts");
          }
          if (directive.dialog().filter(d -> !d.equals(turn.dialog())).isPresent()) {
            violate(Kind.MIXED, label(directive) + " is of dialog " + directive.dialog().get());
          }
        }
      }
    }
  }

  /** The response's directives that the device had, in its order. */
  private List<DirectiveReceived> responses() {
    return heard.stream()
        .filter(Told.Directive.class::isInstance)
        .map(t -> written.get(((Told.Directive) t).messageId()))
        .filter(d -> d != null && d.channel() == Channel.RESPONSE)
        .distinct()
        .toList();
  }

  private Optional<TurnClosed> closed() {
    return counted.stream()
        .map(Entry::record)
        .filter(TurnClosed.class::isInstance)
        .map(TurnClosed.class::cast)
        .findFirst();
  }

  private void complete(TurnClosed closed, Set<Attempt> attempts) {
    if (attempts.stream().anyMatch(a -> !a.equals(closed.attempt()))) {
      violate(Kind.MIXED, "closed by attempt " + closed.attempt() + ", answered by " + attempts);
    }
    Set<String> missing = new HashSet<>();
    written.forEach((id, directive) -> {
      if (directive.channel() == Channel.RESPONSE && directive.attempt().equals(closed.attempt())) {
        missing.add(id);
      }
    });
    for (Told told : heard) {
      if (told instanceof Told.Directive directive) {
        missing.remove(directive.messageId());
      }
    }
    if (!missing.isEmpty()) {
      violate(Kind.LOST, "closed ok, but the device never had directives " + missing);
    }
  }

  private void violate(Kind kind, String evidence) {
    violations.add(new Violation(kind, turn, evidence));
  }

  private static String label(Told.Directive directive) {
    return directive.toString();
  }
}
