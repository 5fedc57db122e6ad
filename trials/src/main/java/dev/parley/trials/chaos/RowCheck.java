package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.trials.chaos.History.Breach;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Judged;
import dev.parley.trials.chaos.Violation.Kind;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What the endpoint has to say of the checklist's rows: none is broken. Two breaches have a reason,
 * for a request can't be fenced: that of a dispatcher that hangs is still under way when the next
 * owner sends the turn anew (C15); and an answer that was lost on its way, with whoever should have
 * had it or with its connection, is asked for again (C19). In both the fault lies between the
 * breach's own attempt and the one before it.
 */
final class RowCheck {
  private static final String ONE_REQUEST = "C15";
  private static final String NEW_IDS = "C19";
  private static final String ANSWERED_BEFORE = "was sent before, and answered";
  private static final int SHOWN = 5;

  /** So long after a fault a turn may be sent anew because of it. */
  private static final long AFTER_MILLIS = 60_000;

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
    List<Entry> begun =
        index.turn(breach.device(), breach.message()).map(this::begun).orElse(List.of());
    long owners = begun.stream().map(e -> e.record().attempt().owner()).distinct().count();
    return switch (row) {
      case ONE_REQUEST -> owners > 1 && between(begun, fault -> hangs(fault, breach));
      case NEW_IDS ->
          breach.detail().contains(ANSWERED_BEFORE)
              && between(begun, fault -> losesAnswers(fault, breach));
      default -> false;
    };
  }

  private List<Entry> begun(TurnId turn) {
    return index.counted().of(turn).stream()
        .filter(entry -> entry.record() instanceof LedgerRecord.TurnBegun)
        .toList();
  }

  /** Whether such a fault came while an attempt was under way, and another was made after it. */
  private boolean between(List<Entry> begun, Predicate<Injection> reason) {
    return index.history().injected().stream()
        .filter(reason)
        .anyMatch(fault ->
            IntStream.range(1, begun.size())
                .anyMatch(i ->
                    begun.get(i - 1).millis() <= fault.until()
                        && begun.get(i).millis() >= fault.millis()
                        && begun.get(i).millis() - fault.millis() <= AFTER_MILLIS));
  }

  private boolean hits(Injection fault, Breach breach) {
    return index.partition(breach.device()).filter(fault::hits).isPresent();
  }

  private boolean hangs(Injection fault, Breach breach) {
    return switch (fault.fault()) {
      case PAUSE, CLAIM -> hits(fault, breach);
      case KILL, ROLLING, SCALE, LEADER, DOWN, AWAY, RESETS, GOAWAY, STALLS -> false;
    };
  }

  private boolean losesAnswers(Injection fault, Breach breach) {
    return switch (fault.fault()) {
      case KILL, PAUSE, CLAIM -> hits(fault, breach);
      case DOWN, RESETS -> true;
      case ROLLING, SCALE, LEADER, AWAY, GOAWAY, STALLS -> false;
    };
  }
}
