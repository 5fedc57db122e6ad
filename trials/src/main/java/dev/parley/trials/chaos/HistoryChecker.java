package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.History.Acknowledged;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Published;
import dev.parley.trials.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Holds a history against the promise. Everything that happened is claimed by exactly one turn that
 * was published, or by one thing that the endpoint sent by itself; what is left over is a
 * violation, and so is what should have happened and has not. Each class of events has a check of
 * its own. Pure; one history each.
 */
final class HistoryChecker {
  private final History history;
  private final HistoryIndex index;
  private final List<Violation> violations = new ArrayList<>();
  private final Map<String, Integer> outcomes = new TreeMap<>();

  private HistoryChecker(History history) {
    this.history = history;
    this.index = new HistoryIndex(history);
  }

  /** Checks it. */
  static Findings check(History history) {
    return new HistoryChecker(history).run();
  }

  private Findings run() {
    new RunCheck(history, violations).run();
    new RowCheck(index, violations).run();
    new LedgerCheck(index, violations).run();
    UploadCheck uploads = new UploadCheck(index, violations);
    uploads.run();
    List<DueDirectives.Due> due = new DueDirectives(index.counted().all()).all();
    deliveries();
    lost(due);
    new AttachmentCheck(index, uploads, violations).run(due);
    PushCheck pushes = new PushCheck(index, violations);
    pushes.run();
    int accepted = 0;
    for (Published turn : history.published()) {
      if (turn.isAccepted()) {
        accepted++;
        closed(turn.turn());
      }
    }
    return new Findings(accepted, outcomes, pushes.lostWithOwner(), violations);
  }

  private void closed(TurnId turn) {
    Optional<Entry> closed = index.counted().closed(turn);
    if (closed.isEmpty()) {
      outcomes.merge("not closed", 1, Integer::sum);
      violations.add(
          Violation.of(
              Kind.NOT_CLOSED,
              turn,
              "nothing in the ledger ends it; "
                  + index.counted().of(turn).size()
                  + " records of it count"));
    } else if (closed.get().record() instanceof LedgerRecord.TurnClosed end) {
      outcomes.merge(
          end.status() == TurnStatus.OK ? Findings.WELL : end.status() + ": " + end.reason(),
          1,
          Integer::sum);
    }
  }

  private void deliveries() {
    Map<String, List<Told>> told =
        history.told().stream().collect(Collectors.groupingBy(Told::device));
    Map<String, List<Acknowledged>> acknowledged =
        history.acknowledged().stream().collect(Collectors.groupingBy(Acknowledged::device));
    Set<String> devices = new TreeSet<>(told.keySet());
    devices.addAll(acknowledged.keySet());
    Map<TurnId, List<Told>> ofTurns = new HashMap<>();
    for (String device : devices) {
      ofTurns.putAll(
          new TellingCheck(device, index, told.getOrDefault(device, List.of()), violations)
              .run(acknowledged.getOrDefault(device, List.of())));
    }
    for (Published turn : history.published()) {
      List<Told> heard = ofTurns.getOrDefault(turn.turn(), List.of());
      new DeliveryCheck(turn.turn(), index, heard, violations).run();
    }
  }

  /** What should have come, and did not, though its device listened before it was withdrawn. */
  private void lost(List<DueDirectives.Due> due) {
    Set<String> told = new HashSet<>();
    for (Told each : history.told()) {
      told.add(each.device() + "/" + each.name());
    }
    for (DueDirectives.Due each : due) {
      String device = each.turn().device();
      boolean excused =
          each.withdrawn()
              .filter(withdrawn -> !index.listened(device, withdrawn.millis()))
              .isPresent();
      if (!excused && !told.contains(device + "/" + each.directive().messageId())) {
        violations.add(
            Violation.of(
                Kind.LOST,
                each.turn(),
                "%s never had %s of %s".formatted(device, each.directive(), each.entry().place())));
      }
    }
  }
}
