package dev.parley.demo.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.demo.chaos.History.Entry;
import dev.parley.demo.chaos.History.Told;
import dev.parley.demo.chaos.Violation.Kind;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A short run with real processes and a real broker; and the same history as it would be if Parley
 * had a fault.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChaosRunTest {
  private static final ChaosPlan PLAN = new ChaosPlan(7, 2, 1, 20, 2, 4, 12, List.of(Fault.KILL));

  private ChaosResult result;

  @BeforeAll
  void run(@TempDir Path logs) throws Exception {
    ChaosRun.Progress silent =
        new ChaosRun.Progress() {
          @Override
          public void started(String what) {}

          @Override
          public void injected(int number, int of, Injection injection, Recorder soFar) {}
        };
    try (ChaosRun run = new ChaosRun(PLAN, logs, silent)) {
      result = run.run();
    }
  }

  @Test
  void noTurnIsLostMixedOrDoubledWhenDispatchersAreKilled() {
    assertThat(result.findings().violations()).isEmpty();
    assertThat(result.injections()).hasSize(2);
    assertThat(result.findings().accepted()).isGreaterThan(20);
    assertThat(result.takeOvers().turns()).isNotEmpty();
  }

  /** The next owner never meets a turn that the commit has passed. */
  @Test
  void aCommitThatPassesAnOpenTurnIsFound() {
    TurnId turn = takenOver();
    Attempt first = attempts(turn).getFirst();
    List<Entry> ledger = new ArrayList<>(result.history().ledger());
    ledger.removeIf(
        e -> e.turn().equals(Optional.of(turn)) && e.record().attempt().compareTo(first) > 0);
    List<Told> told = new ArrayList<>(result.history().told());
    told.removeIf(t -> t.turn().equals(turn.message()));
    assertThat(check(ledger, told))
        .extracting(Violation::kind, Violation::turn)
        .contains(org.assertj.core.groups.Tuple.tuple(Kind.NOT_CLOSED, turn));
  }

  /** A dispatcher that was thought dead writes its answer after another's claim. */
  @Test
  void aRouterThatIgnoresClaimsIsFound() {
    TurnId turn = takenOver();
    Attempt first = attempts(turn).getFirst();
    List<Entry> ledger = new ArrayList<>();
    List<Told> told = new ArrayList<>();
    for (Entry entry : result.history().ledger()) {
      ledger.add(entry);
      if (entry.turn().equals(Optional.of(turn))
          && entry.record() instanceof LedgerRecord.DirectiveReceived own) {
        Entry zombies =
            new Entry(
                entry.partition(),
                entry.offset(),
                entry.millis(),
                MadeUpHistory.directive(turn, first, own.seq()),
                entry.messageId().map(id -> id + "-zombie"));
        ledger.add(zombies);
      }
    }
    for (Told each : result.history().told()) {
      told.add(each);
      if (each instanceof Told.Directive own && own.turn().equals(turn.message())) {
        told.add(MadeUpHistory.directive(turn, own.messageId() + "-zombie", own.stream()));
      }
    }
    assertThat(check(ledger, result.history().told())).isEmpty();
    assertThat(check(ledger, told)).extracting(Violation::kind).contains(Kind.MIXED);
  }

  private List<Violation> check(List<Entry> ledger, List<Told> told) {
    History history = result.history();
    return HistoryChecker.check(new History(history.published(), history.received(), ledger, told))
        .violations();
  }

  /** A turn that was begun by one owner and closed well by another. */
  private TurnId takenOver() {
    return result.history().ledger().stream()
        .map(Entry::record)
        .filter(LedgerRecord.TurnClosed.class::isInstance)
        .map(LedgerRecord.TurnClosed.class::cast)
        .filter(closed -> closed.status() == TurnStatus.OK)
        .filter(closed -> attempts(closed.turn()).getFirst().owner() < closed.attempt().owner())
        .map(LedgerRecord.TurnClosed::turn)
        .findFirst()
        .orElseThrow();
  }

  private List<Attempt> attempts(TurnId turn) {
    return result.history().ledger().stream()
        .filter(e -> e.turn().equals(Optional.of(turn)))
        .map(e -> e.record().attempt())
        .distinct()
        .sorted()
        .toList();
  }
}
