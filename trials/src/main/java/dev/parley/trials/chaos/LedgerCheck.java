package dev.parley.trials.chaos;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.Violation.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the ledger says, of those records that count: each is of a turn that was published and of an
 * attempt that has begun, each attempt's are numbered without a gap and so are those that an owner
 * writes about a device alone, each thing is done once, and nothing follows a turn's end.
 */
final class LedgerCheck {
  private final HistoryIndex index;
  private final List<Violation> violations;
  private final Map<TurnId, Seen> turns = new HashMap<>();
  private final Map<OfDevice, Integer> devices = new HashMap<>();

  private record OfDevice(int partition, long owner, String device) {}

  /** What has been read of a turn. */
  private static final class Seen {
    private final Set<Attempt> begun = new HashSet<>();
    private final Set<Attempt> sent = new HashSet<>();
    private final Map<Attempt, Integer> next = new HashMap<>();
    private Optional<Entry> closed = Optional.empty();
  }

  LedgerCheck(HistoryIndex index, List<Violation> violations) {
    this.index = index;
    this.violations = violations;
  }

  void run() {
    for (Entry entry : index.counted().all()) {
      entry.turn().ifPresentOrElse(turn -> read(turn, entry), () -> ofDevice(entry));
    }
  }

  private void ofDevice(Entry entry) {
    HistoryIndex.device(entry.record())
        .ifPresent(device -> {
          OfDevice of = new OfDevice(entry.partition(), entry.record().attempt().owner(), device);
          int expected = devices.getOrDefault(of, 0);
          int seq = entry.seq().orElse(expected);
          if (seq != expected) {
            violations.add(Violation.of(misnumbered(seq, expected), number(entry, seq, expected)));
          }
          devices.put(of, seq + 1);
        });
  }

  private void read(TurnId turn, Entry entry) {
    if (!index.isPublished(turn)) {
      if (turns.put(turn, new Seen()) == null) {
        violate(Kind.FOREIGN, turn, label(entry) + ", and nobody published it");
      }
      return;
    }
    Seen seen = turns.computeIfAbsent(turn, _ -> new Seen());
    if (seen.closed.isPresent()) {
      late(turn, entry, seen.closed.get());
      return;
    }
    Attempt attempt = entry.record().attempt();
    numbered(turn, entry, seen);
    switch (entry.record()) {
      case LedgerRecord.TurnBegun _ -> once(turn, entry, seen.begun.add(attempt));
      case LedgerRecord.TurnSent _ -> {
        begun(turn, entry, seen);
        once(turn, entry, seen.sent.add(attempt));
      }
      case LedgerRecord.DirectiveReceived _,
          LedgerRecord.AttachmentBegun _,
          LedgerRecord.AttachmentEnded _,
          LedgerRecord.TurnLeft _ ->
          begun(turn, entry, seen);
      case LedgerRecord.TurnClosed _ -> seen.closed = Optional.of(entry);
      case LedgerRecord.Owner _, LedgerRecord.Release _, LedgerRecord.Renewal _ ->
          throw new IllegalStateException("these are about no turn");
    }
  }

  private void late(TurnId turn, Entry entry, Entry closed) {
    boolean again =
        entry.record() instanceof LedgerRecord.TurnBegun
            || entry.record() instanceof LedgerRecord.TurnClosed;
    violate(
        again ? Kind.DOUBLED : Kind.STRAY,
        turn,
        label(entry) + ", although it was closed at " + closed.place());
  }

  private void once(TurnId turn, Entry entry, boolean first) {
    if (!first) {
      violate(Kind.DOUBLED, turn, label(entry) + ", once more");
    }
  }

  private void begun(TurnId turn, Entry entry, Seen seen) {
    if (!seen.begun.contains(entry.record().attempt())) {
      violate(Kind.STRAY, turn, label(entry) + ", and that attempt has not begun");
    }
  }

  private void numbered(TurnId turn, Entry entry, Seen seen) {
    Attempt attempt = entry.record().attempt();
    int expected = seen.next.getOrDefault(attempt, 0);
    int seq = entry.seq().orElse(expected);
    if (seq != expected && (expected == 0 || seen.begun.contains(attempt))) {
      violate(misnumbered(seq, expected), turn, number(entry, seq, expected));
    }
    seen.next.put(attempt, seq + 1);
  }

  private static Kind misnumbered(int seq, int expected) {
    return seq < expected ? Kind.DOUBLED : Kind.GAP;
  }

  private static String number(Entry entry, int seq, int expected) {
    return label(entry) + " is number " + seq + ", after " + (expected - 1);
  }

  private static String label(Entry entry) {
    return "the ledger has "
        + entry.record().getClass().getSimpleName()
        + " of attempt "
        + entry.record().attempt()
        + " at "
        + entry.place();
  }

  private void violate(Kind kind, TurnId turn, String evidence) {
    violations.add(Violation.of(kind, turn, evidence));
  }
}
