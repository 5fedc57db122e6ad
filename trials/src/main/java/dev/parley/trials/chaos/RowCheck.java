package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.trials.chaos.History.Breach;
import dev.parley.trials.chaos.History.Judged;
import dev.parley.trials.chaos.Violation.Kind;
import java.util.List;
import java.util.Optional;

/**
 * What the endpoint has to say of the checklist's rows: none is broken. One breach has a reason: a
 * request can't be fenced, so that one of a dispatcher that hangs is still under way when the next
 * owner sends the turn anew (C15).
 */
final class RowCheck {
  private static final String ONE_REQUEST = "C15";
  private static final int SHOWN = 5;

  /** So long a request of one that hangs may be under way, and what it had begun goes on. */
  private static final long HANGING_MILLIS = 60_000;

  private final HistoryIndex index;
  private final List<Violation> violations;

  RowCheck(HistoryIndex index, List<Violation> violations) {
    this.index = index;
    this.violations = violations;
  }

  void run() {
    for (Judged row : index.history().judged()) {
      List<Breach> own = row.breaches().stream().filter(b -> !hasReason(row.row(), b)).toList();
      long broken = row.broken() - (row.breaches().size() - own.size());
      if (broken > 0) {
        violations.add(
            Violation.of(
                Kind.ROW,
                "%s was broken %d times of %d: %s"
                    .formatted(
                        row.row(), broken, row.judged(), own.stream().limit(SHOWN).toList())));
      }
    }
  }

  private boolean hasReason(String row, Breach breach) {
    Optional<TurnId> turn = index.turn(breach.device(), breach.message());
    return row.equals(ONE_REQUEST)
        && turn.isPresent()
        && owners(turn.get()) > 1
        && index.history().injected().stream().anyMatch(fault -> hangs(fault, breach));
  }

  private long owners(TurnId turn) {
    return index.counted().of(turn).stream()
        .filter(entry -> entry.record() instanceof LedgerRecord.TurnBegun)
        .map(entry -> entry.record().attempt().owner())
        .distinct()
        .count();
  }

  private boolean hangs(Injection fault, Breach breach) {
    return switch (fault.fault()) {
      case PAUSE, CLAIM ->
          fault.millis() <= breach.millis()
              && breach.millis() <= fault.millis() + HANGING_MILLIS
              && index.partition(breach.device()).filter(fault.victim()::containsKey).isPresent();
      case KILL, ROLLING, SCALE, LEADER, DOWN, AWAY, RESETS, GOAWAY, STALLS -> false;
    };
  }
}
