package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.trials.chaos.History.Acknowledged;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one device was told, from first to last: each thing is of a turn that it has published or of
 * a record that counts, and is told once; again only on a later stream, as long as the router has
 * taken no acknowledgement of it.
 */
final class TellingCheck {
  private final String device;
  private final HistoryIndex index;
  private final List<Violation> violations;
  private final List<Told> told;
  private final Map<String, Integer> firsts = new HashMap<>();
  private final Map<String, Integer> latestStreams = new HashMap<>();
  private final Map<String, Integer> cursors = new HashMap<>();
  private final Map<TurnId, List<Told>> ofTurns = new HashMap<>();

  /** Up to this one all that bears a cursor is acknowledged. */
  private int acknowledged = -1;

  /** What overtook is acknowledged that stands in the ledger before this. */
  private long acknowledgedOffset = -1;

  TellingCheck(String device, HistoryIndex index, List<Told> told, List<Violation> violations) {
    this.device = device;
    this.index = index;
    this.told = told;
    this.violations = violations;
  }

  /**
   * Checks them all.
   *
   * @param acknowledgements of this device, in order
   * @return what the device was told of each of its turns, each thing once
   */
  Map<TurnId, List<Told>> run(List<Acknowledged> acknowledgements) {
    int next = 0;
    for (int i = 0; i < told.size(); i++) {
      while (next < acknowledgements.size() && acknowledgements.get(next).told() <= i) {
        acknowledge(acknowledgements.get(next++));
      }
      hear(i);
    }
    while (next < acknowledgements.size()) {
      acknowledge(acknowledgements.get(next++));
    }
    return ofTurns;
  }

  private void acknowledge(Acknowledged what) {
    Integer first = cursors.get(what.cursor());
    if (first == null) {
      violate(
          Kind.FOREIGN,
          Optional.empty(),
          "cursor " + what.cursor() + " was acknowledged, and never told");
    } else if (what.taken()) {
      acknowledged = Math.max(acknowledged, first);
      acknowledgedOffset = Math.max(acknowledgedOffset, offset(told.get(first)));
    }
  }

  private void hear(int i) {
    Told what = told.get(i);
    Integer first = firsts.putIfAbsent(what.name(), i);
    Integer stream = latestStreams.put(what.name(), what.stream());
    if (first == null || stream == null) {
      if (!what.cursor().isEmpty()) {
        cursors.putIfAbsent(what.cursor(), i);
      }
      claim(what);
    } else if (stream == what.stream()) {
      violate(Kind.DOUBLED, turn(what), what + " was told twice");
    } else if (isAcknowledged(what, first)) {
      violate(
          Kind.REPEATED,
          turn(what),
          what + " was told again on stream " + what.stream() + " after it was acknowledged");
    }
  }

  private boolean isAcknowledged(Told what, int first) {
    return what.cursor().isEmpty()
        ? offset(what) >= 0 && offset(what) < acknowledgedOffset
        : first <= acknowledged;
  }

  /** Where the ledger has it, at the least; -1 when it does not say. */
  private long offset(Told what) {
    Optional<Entry> entry =
        switch (what) {
          case Told.Directive d -> d.made() ? closed(what) : index.countedDirective(d.messageId());
          case Told.Attachment a -> index.countedAttachment(device, a.attachment());
          case Told.Closed _ -> closed(what);
        };
    return entry.map(Entry::offset).orElse(-1L);
  }

  private Optional<Entry> closed(Told what) {
    return turn(what).flatMap(index.counted()::closed);
  }

  private Optional<TurnId> turn(Told what) {
    return index.turn(device, what.turn());
  }

  /** It is somebody's, or a violation. */
  private void claim(Told what) {
    Optional<TurnId> turn = turn(what);
    if (!what.turn().isEmpty() && turn.isEmpty()) {
      violate(
          Kind.FOREIGN,
          index.directive(what.name()).flatMap(Entry::turn),
          what + " of turn " + what.turn() + ", which this device has not published");
      return;
    }
    switch (what) {
      case Told.Directive directive -> {
        if (!directive.made() && !isOurs(directive, turn)) {
          return;
        }
      }
      case Told.Attachment attachment -> attachment(attachment, turn);
      case Told.Closed _ -> {
        // Its turn is known, and what it says is held against the ledger with the turn.
      }
    }
    turn.ifPresent(known -> ofTurns.computeIfAbsent(known, _ -> new ArrayList<>()).add(what));
  }

  private boolean isOurs(Told.Directive directive, Optional<TurnId> turn) {
    Optional<Entry> entry = index.countedDirective(directive.messageId());
    Optional<Entry> any = entry.or(() -> index.directive(directive.messageId()));
    if (any.isEmpty()) {
      violate(Kind.FOREIGN, turn, directive + " is in no record of the ledger");
      return false;
    }
    Optional<String> recorded = HistoryIndex.device(any.get().record());
    if (!recorded.equals(Optional.of(device))) {
      violate(
          Kind.FOREIGN,
          any.get().turn(),
          directive + " is of " + recorded.orElse("no device") + ", by " + any.get().place());
      return false;
    }
    if (entry.isEmpty()) {
      violate(
          Kind.MIXED,
          turn,
          directive + " is in no record that counts, but in " + any.get().place());
      return true;
    }
    if (!entry.get().turn().equals(turn)) {
      violate(Kind.MIXED, turn, directive + " is of another turn, by " + entry.get().place());
    }
    return true;
  }

  private void attachment(Told.Attachment attachment, Optional<TurnId> turn) {
    Optional<Entry> entry = index.countedAttachment(device, attachment.attachment());
    boolean known =
        entry
            .filter(e ->
                e.record() instanceof LedgerRecord.AttachmentBegun begun
                    && begun.contentId().equals(attachment.contentId()))
            .isPresent();
    if (!known) {
      violate(Kind.FOREIGN, turn, attachment + " is in no record that counts");
    } else if (!firsts.containsKey(attachment.messageId())) {
      violate(Kind.ORDER, turn, attachment + " was told before its directive");
    }
  }

  private void violate(Kind kind, Optional<TurnId> turn, String evidence) {
    violations.add(new Violation(kind, turn, device + ": " + evidence));
  }
}
