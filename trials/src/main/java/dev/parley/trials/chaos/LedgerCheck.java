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
import java.util.OptionalInt;
import java.util.Set;

/**
 * What the ledger says, of those records that count: each is of a turn that was published and of an
 * attempt that has begun, what an attempt received is numbered without a gap, each thing is done
 * once, and nothing follows a turn's end.
 */
final class LedgerCheck {
  private final HistoryIndex index;
  private final List<Violation> violations;
  private final Map<TurnId, Seen> turns = new HashMap<>();

  /** What has been read of a turn. */
  private static final class Seen {
    private final Set<Attempt> begun = new HashSet<>();
    private final Set<Attempt> sent = new HashSet<>();
    private final Map<Attempt, Integer> received = new HashMap<>();
    private Optional<Entry> closed = Optional.empty();
  }

  LedgerCheck(HistoryIndex index, List<Violation> violations) {
    this.index = index;
    this.violations = violations;
  }

  void run() {
    for (Entry entry : index.counted().all()) {
      entry.turn().ifPresent(turn -> read(turn, entry));
    }
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
    switch (entry.record()) {
      case LedgerRecord.TurnBegun _ -> once(turn, entry, seen.begun.add(attempt));
      case LedgerRecord.TurnSent _ -> {
        begun(turn, entry, seen);
        once(turn, entry, seen.sent.add(attempt));
      }
      case LedgerRecord.DirectiveReceived _,
          LedgerRecord.AttachmentBegun _,
          LedgerRecord.AttachmentEnded _ -> {
        begun(turn, entry, seen);
        numbered(turn, entry, seen);
      }
      case LedgerRecord.TurnClosed _ -> seen.closed = Optional.of(entry);
      case LedgerRecord.Owner _, LedgerRecord.Release _ ->
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
    int expected = seen.received.getOrDefault(entry.record().attempt(), 0);
    int seq = seq(entry.record()).orElse(expected);
    if (seq != expected && seen.begun.contains(entry.record().attempt())) {
      violate(
          seq < expected ? Kind.DOUBLED : Kind.GAP,
          turn,
          label(entry) + " is number " + seq + ", after " + (expected - 1));
    }
    seen.received.put(entry.record().attempt(), seq + 1);
  }

  private static OptionalInt seq(LedgerRecord record) {
    return switch (record) {
      case LedgerRecord.DirectiveReceived d -> OptionalInt.of(d.seq());
      case LedgerRecord.AttachmentBegun a -> OptionalInt.of(a.seq());
      case LedgerRecord.AttachmentEnded a -> OptionalInt.of(a.seq());
      case LedgerRecord.Owner _,
          LedgerRecord.Release _,
          LedgerRecord.TurnBegun _,
          LedgerRecord.TurnSent _,
          LedgerRecord.TurnClosed _ ->
          OptionalInt.empty();
    };
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
