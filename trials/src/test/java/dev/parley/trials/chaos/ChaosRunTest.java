package dev.parley.trials.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Sent;
import dev.parley.trials.chaos.Violation.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.GroupType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Short runs with real processes and real brokers, one for each kind of fault. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class ChaosRunTest {
  private static final long SEED = 7;

  @TempDir private Path logs;

  private static ChaosPlan plan(int kills, String groupProtocol, Fault... faults) {
    return new ChaosPlan(SEED, kills, 1, 16, 2, 4, 10, 5, groupProtocol, List.of(faults));
  }

  private ChaosResult run(ChaosPlan plan) throws Exception {
    try (ChaosRun run = new ChaosRun(plan, logs, Silence.SILENCE)) {
      return run.run();
    }
  }

  private static void isGood(ChaosResult result) {
    assertThat(result.assessment().violations()).as("seed %d", SEED).isEmpty();
    assertThat(result.isGood()).as("outcomes: %s", result.findings().outcomes()).isTrue();
    assertThat(result.findings().accepted()).isGreaterThan(16);
    assertThat(result.injections()).allMatch(injection -> injection.open().size() >= 10);
  }

  @Test
  void dispatchersThatAreKilled() throws Exception {
    ChaosResult result = run(plan(1, "classic", Fault.KILL));
    isGood(result);
    assertThat(result.injections(Fault.KILL)).hasSize(1);
    assertThat(result.takeOvers(Fault.KILL).turns()).isNotEmpty();
    aRouterThatIgnoresClaimsIsFound(result.history());
  }

  /** A dispatcher that was thought dead writes its answer after another's claim. */
  private static void aRouterThatIgnoresClaimsIsFound(History history) {
    TurnId turn = takenOver(history);
    Attempt first = attempts(history, turn).getFirst();
    List<Entry> ledger = new ArrayList<>();
    List<Told> told = new ArrayList<>();
    for (Entry entry : history.ledger()) {
      ledger.add(entry);
      if (entry.turn().equals(Optional.of(turn))
          && entry.record() instanceof LedgerRecord.DirectiveReceived) {
        Entry zombies =
            new Entry(
                entry.partition(),
                entry.offset(),
                entry.millis(),
                OptionalInt.empty(),
                MadeUpHistory.directive(turn, first),
                entry
                    .directive()
                    .map(d ->
                        new Sent(d.messageId() + "-zombie", d.name(), d.dialog(), d.contentIds())));
        ledger.add(zombies);
      }
    }
    for (Told each : history.told()) {
      told.add(each);
      if (each instanceof Told.Directive own && own.turn().equals(turn.message())) {
        told.add(
            MadeUpHistory.directive(
                turn, own.messageId() + "-zombie", own.directive(), own.cursor(), own.stream()));
      }
    }
    assertThat(check(history, ledger, history.told())).isEmpty();
    assertThat(check(history, ledger, told)).extracting(Violation::kind).contains(Kind.MIXED);
  }

  private static List<Violation> check(History history, List<Entry> ledger, List<Told> told) {
    return HistoryChecker.check(
            new History(
                history.injected(),
                history.published(),
                history.pushed(),
                history.received(),
                history.judged(),
                ledger,
                history.streams(),
                told,
                history.acknowledged(),
                history.fetched()))
        .violations();
  }

  /** A turn that was begun by one owner and closed well by another. */
  private static TurnId takenOver(History history) {
    return history.ledger().stream()
        .map(Entry::record)
        .filter(LedgerRecord.TurnClosed.class::isInstance)
        .map(LedgerRecord.TurnClosed.class::cast)
        .filter(closed -> closed.status() == TurnStatus.OK)
        .filter(closed ->
            attempts(history, closed.turn()).getFirst().owner() < closed.attempt().owner())
        .map(LedgerRecord.TurnClosed::turn)
        .findFirst()
        .orElseThrow();
  }

  private static List<Attempt> attempts(History history, TurnId turn) {
    return history.ledger().stream()
        .filter(e -> e.turn().equals(Optional.of(turn)))
        .map(e -> e.record().attempt())
        .distinct()
        .sorted()
        .toList();
  }

  @Test
  void dispatchersThatAreStoppedAndGoOnLater() throws Exception {
    ChaosResult result = run(plan(0, "classic", Fault.PAUSE, Fault.CLAIM));
    isGood(result);
    assertThat(result.takeOvers(Fault.PAUSE).claims()).isNotEmpty();
  }

  @Test
  void rollingRestartAndScaling() throws Exception {
    ChaosResult result = run(plan(0, "classic", Fault.ROLLING, Fault.SCALE));
    isGood(result);
    assertThat(result.injections(Fault.ROLLING)).hasSize(2);
    assertThat(result.injections(Fault.SCALE)).hasSizeGreaterThanOrEqualTo(3);
    assertThat(result.takeOvers(Fault.ROLLING).claims()).isNotEmpty();
  }

  @Test
  void anEndpointThatIsUnwell() throws Exception {
    ChaosResult result =
        run(plan(0, "classic", Fault.DOWN, Fault.AWAY, Fault.RESETS, Fault.GOAWAY, Fault.STALLS));
    isGood(result);
    assertThat(result.injections()).hasSize(5);
    assertThat(result.stalled()).isPositive();
    assertThat(result.history().received()).as("uploads that were cut").anyMatch(r -> !r.whole());
  }

  @Test
  void aBrokerThatLeads() throws Exception {
    ChaosResult result = run(plan(0, "classic", Fault.LEADER));
    isGood(result);
    assertThat(result.injections(Fault.LEADER)).hasSize(1);
  }

  @Test
  void dispatchersThatAreKilledUnderTheNewerGroupProtocol() throws Exception {
    try (ChaosRun run = new ChaosRun(plan(1, "consumer", Fault.KILL), logs, Silence.SILENCE)) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", run.kafka().bootstrap()))) {
        assertThat(admin.listGroups().all().get())
            .filteredOn(group -> group.groupId().equals(PlantedFaultTest.GROUP))
            .extracting(GroupListing::type)
            .containsExactly(Optional.of(GroupType.CONSUMER));
      }
      ChaosResult result = run.run();
      isGood(result);
      assertThat(result.takeOvers(Fault.KILL).turns()).isNotEmpty();
      assertThat(TakeOvers.percentile(result.takeOvers(Fault.KILL).claims(), 100))
          .as("the broker's session time-out is that of the classic protocol")
          .isLessThan(30_000);
    }
  }
}
