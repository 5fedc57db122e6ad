package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Published;
import dev.parley.trials.chaos.History.Received;
import dev.parley.trials.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Holds a history against the promise. Of every accepted turn: it is closed, and its device told
 * so; the audio that the winning attempt brought to the endpoint is the beginning of what was
 * published, up to a boundary between chunks, and all of it when {@code end} ended it; the device
 * has the directives of one attempt only, in order, each once, and of a turn that is closed {@code
 * ok} all of them. Pure; one history each.
 */
final class HistoryChecker {
  private final CountedLedger ledger;
  private final Map<TurnId, List<Received>> received;
  private final Map<String, List<Told>> told;
  private final List<Violation> violations = new ArrayList<>();
  private final Map<String, Integer> outcomes = new TreeMap<>();

  private HistoryChecker(History history) {
    this.ledger = new CountedLedger(history.ledger());
    this.received = history.received().stream().collect(Collectors.groupingBy(Received::turn));
    this.told =
        history.told().stream().collect(Collectors.groupingBy(t -> t.device() + "/" + t.turn()));
  }

  /** Checks it. */
  static Findings check(History history) {
    HistoryChecker checker = new HistoryChecker(history);
    history.published().forEach(checker::turn);
    return new Findings(history.published().size(), checker.outcomes, checker.violations);
  }

  private void turn(Published turn) {
    List<Entry> counted = ledger.of(turn.turn());
    List<Received> uploads = received.getOrDefault(turn.turn(), List.of());
    for (Received upload : uploads) {
      if (upload.whole()) {
        prefix(turn, upload.bytes(), upload.sha256(), "an upload");
      }
    }
    List<Told> heard = heard(turn.turn());
    new DeliveryCheck(turn.turn(), counted, heard, violations).run();
    Optional<LedgerRecord.TurnClosed> closed = closed(turn.turn(), counted);
    if (closed.isEmpty()) {
      count("not closed");
      violate(
          Kind.NOT_CLOSED,
          turn,
          "nothing in the ledger ends it; " + counted.size() + " records of it count");
      return;
    }
    LedgerRecord.TurnClosed end = closed.get();
    count(end.status() == TurnStatus.OK ? Findings.WELL : end.status() + ": " + end.reason());
    if (heard.stream().noneMatch(Told.Closed.class::isInstance)) {
      violate(Kind.UNTOLD, turn, "closed as " + end.status() + ", and the device was not told");
    }
    if (end.status() == TurnStatus.OK) {
      sent(turn, end, counted, uploads);
    }
  }

  private void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }

  /** What is repeated on a later stream, because it was not acknowledged, is left out. */
  private List<Told> heard(TurnId turn) {
    Map<String, Integer> first = new HashMap<>();
    return told.getOrDefault(turn.device() + "/" + turn.message(), List.of()).stream()
        .filter(t -> first.computeIfAbsent(name(t), n -> t.stream()) == t.stream())
        .toList();
  }

  private static String name(Told told) {
    return switch (told) {
      case Told.Directive d -> d.messageId();
      case Told.Attachment a -> a.name();
      case Told.Closed c -> "closed";
    };
  }

  private Optional<LedgerRecord.TurnClosed> closed(TurnId turn, List<Entry> counted) {
    Optional<Entry> first = Optional.empty();
    for (Entry entry : counted) {
      boolean begins = entry.record() instanceof LedgerRecord.TurnBegun;
      boolean ends = entry.record() instanceof LedgerRecord.TurnClosed;
      if (first.isPresent() && (begins || ends)) {
        violations.add(
            new Violation(
                Kind.DOUBLED,
                turn,
                (begins ? "begun again at " : "closed again at ")
                    + entry.place()
                    + " although it was closed at "
                    + first.get().place()));
      } else if (ends) {
        first = Optional.of(entry);
      }
    }
    return first.map(entry -> (LedgerRecord.TurnClosed) entry.record());
  }

  private void sent(
      Published turn, LedgerRecord.TurnClosed end, List<Entry> counted, List<Received> uploads) {
    Optional<LedgerRecord.TurnSent> sent =
        of(LedgerRecord.TurnSent.class, counted).stream()
            .filter(s -> s.attempt().equals(end.attempt()))
            .findFirst();
    if (sent.isEmpty()) {
      violate(Kind.LOST, turn, "closed ok, but attempt " + end.attempt() + " never sent it");
      return;
    }
    long bytes = sent.get().audioBytes();
    Set<String> hashes = new HashSet<>();
    uploads.stream()
        .filter(u -> u.whole() && u.bytes() == bytes)
        .forEach(u -> hashes.add(u.sha256()));
    if (hashes.isEmpty()) {
      violate(
          Kind.LOST, turn, "closed ok with " + bytes + " bytes sent; the endpoint had " + uploads);
      return;
    }
    if (sent.get().endedBy() == UploadEnd.END
        && turn.end() == History.End.ENDED
        && bytes != turn.bytes()) {
      violate(Kind.PREFIX, turn, "ended by end after " + bytes + " of " + turn.bytes() + " bytes");
    }
    for (LedgerRecord.AttachmentEnded echo : of(LedgerRecord.AttachmentEnded.class, counted)) {
      if (echo.attempt().equals(end.attempt())
          && echo.whole()
          && echo.length() > 0
          && !hashes.contains(echo.sha256())) {
        violate(
            Kind.MIXED,
            turn,
            "the echo is not of the audio that attempt " + end.attempt() + " sent");
      }
    }
  }

  private void prefix(Published turn, long bytes, String sha256, String what) {
    if (!turn.prefixes().isBoundary(bytes)) {
      violate(
          Kind.PREFIX, turn, what + " of " + bytes + " bytes ends at no boundary between chunks");
    } else if (!turn.prefixes().isBeginning(bytes, sha256)) {
      violate(
          Kind.PREFIX,
          turn,
          what + " of " + bytes + " bytes is not the beginning of what was published");
    }
  }

  private void violate(Kind kind, Published turn, String evidence) {
    violations.add(new Violation(kind, turn.turn(), evidence));
  }

  private static <R extends LedgerRecord> List<R> of(Class<R> kind, List<Entry> entries) {
    return entries.stream().map(Entry::record).filter(kind::isInstance).map(kind::cast).toList();
  }
}
