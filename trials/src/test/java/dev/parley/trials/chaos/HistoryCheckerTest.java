package dev.parley.trials.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Published;
import dev.parley.trials.chaos.History.Received;
import dev.parley.trials.chaos.History.Sent;
import dev.parley.trials.chaos.Violation.Kind;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A history that keeps every promise is clean, and each that breaks one is found out. */
final class HistoryCheckerTest {
  private static final String FOREIGN = "0".repeat(64);

  private final MadeUpHistory made = new MadeUpHistory(1, 40);
  private final TurnId turn = made.plain();

  private Findings check() {
    return HistoryChecker.check(made.history());
  }

  private void found(TurnId where, Kind... kinds) {
    Findings findings = check();
    assertThat(findings.violations()).extracting(Violation::turn).containsOnly(Optional.of(where));
    assertThat(findings.violations()).extracting(Violation::kind).contains(kinds);
    assertThat(findings.violations()).extracting(Violation::evidence).doesNotContain("");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void whatKeepsEveryPromiseIsClean(long seed) {
    Findings findings = HistoryChecker.check(new MadeUpHistory(seed, 200).history());
    assertThat(findings.violations()).isEmpty();
    assertThat(findings.accepted()).isEqualTo(200);
    assertThat(findings.outcomes()).containsOnlyKeys("ok", "interrupted: why");
    assertThat(findings.share()).isBetween(0.5, 0.9);
  }

  @Test
  void aRunOf42000TurnsIsCheckedInSecondsOfOneCore() {
    History history = new MadeUpHistory(1, 42_000).history();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long began = threads.getCurrentThreadCpuTime();
    assertThat(HistoryChecker.check(history).violations()).isEmpty();
    assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - began))
        .isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aTurnWithoutAnEnd() {
    made.ledger.removeAll(made.entries(turn, LedgerRecord.TurnClosed.class));
    found(turn, Kind.NOT_CLOSED);
    assertThat(check().hurt(Kind.NOT_CLOSED)).isEqualTo(1);
  }

  @Test
  void anEndThatOnlyAZombieWrote() {
    Entry end = made.entries(made.takenOver(), LedgerRecord.TurnClosed.class).getFirst();
    LedgerRecord zombies =
        MadeUpHistory.closed(
            made.takenOver(), new Attempt(end.record().attempt().owner() - 1, 1), TurnStatus.OK);
    TurnId where = made.takenOver();
    MadeUpHistory.replace(made.ledger, end, List.of(MadeUpHistory.in(end, zombies)));
    found(where, Kind.NOT_CLOSED);
  }

  @Test
  void anEndThatItsDeviceWasNotTold() {
    made.told.remove(made.told(turn).getLast());
    found(turn, Kind.UNTOLD);
  }

  @Test
  void anAnswerToWhatCicNeverHad() {
    made.received.removeIf(r -> r.turn().equals(turn));
    found(turn, Kind.UNSENT);
  }

  @Test
  void aDirectiveThatNeverCame() {
    made.told.remove(made.told(turn).getFirst());
    found(turn, Kind.LOST);
  }

  @Test
  void otherAudioThanWasPublished() {
    made.received.replaceAll(
        r -> r.turn().equals(turn) ? new Received(turn, r.bytes(), FOREIGN, FOREIGN, true) : r);
    found(turn, Kind.PREFIX);
  }

  @Test
  void audioThatEndsWithinAChunk() {
    made.published.replaceAll(p ->
        p.turn().equals(turn)
            ? new Published(turn, new Prefixes(7_000, 1, 2, 3, 4, 5), p.bytes(), p.end())
            : p);
    found(turn, Kind.PREFIX);
  }

  @Test
  void anEndThatCameTooSoon() {
    TurnId whole = made.takenOver();
    made.published.replaceAll(p ->
        p.turn().equals(whole)
            ? new Published(whole, p.prefixes(), p.bytes() + 6_400, p.end())
            : p);
    found(whole, Kind.PREFIX);
  }

  @Test
  void aDirectiveOfNobody() {
    made.told.addFirst(MadeUpHistory.directive(turn, "from nowhere", "Clova.RenderText", "1", 1));
    found(turn, Kind.FOREIGN);
  }

  @Test
  void whatAZombieSaid() {
    TurnId where = made.takenOver();
    made.told.addFirst(
        MadeUpHistory.directive(where, where.message() + "-zombie", "Clova.RenderText", "1", 1));
    found(where, Kind.MIXED);
  }

  @Test
  void twoAttemptsThatBothAnswer() {
    TurnId where = made.takenOver();
    Entry first = made.entries(where, LedgerRecord.TurnBegun.class).getFirst();
    LedgerRecord early = MadeUpHistory.directive(where, first.record().attempt());
    MadeUpHistory.replace(
        made.ledger,
        first,
        List.of(
            first,
            new Entry(
                0,
                first.offset(),
                first.millis(),
                OptionalInt.empty(),
                early,
                Optional.of(
                    new Sent(
                        "early", "Clova.RenderText", Optional.of(where.dialog()), List.of())))));
    made.told.addFirst(MadeUpHistory.directive(where, "early", "Clova.RenderText", "1", 1));
    found(where, Kind.MIXED);
  }

  @Test
  void aDirectiveToldTwice() {
    Told first = made.told(turn).getFirst();
    MadeUpHistory.replace(made.told, first, List.of(first, first));
    found(turn, Kind.DOUBLED);
  }

  @Test
  void anEndToldTwice() {
    Told last = made.told(turn).getLast();
    MadeUpHistory.replace(made.told, last, List.of(last, last));
    found(turn, Kind.DOUBLED);
  }

  @Test
  void whatALaterStreamRepeatsIsNoHarm() {
    Told first = made.told(turn).getFirst();
    String id = ((Told.Directive) first).messageId();
    Told again = MadeUpHistory.directive(turn, id, "Clova.RenderText", first.cursor(), 2);
    MadeUpHistory.replace(made.told, first, List.of(first, again));
    assertThat(check().violations()).isEmpty();
  }

  @Test
  void aTurnBegunAgainAfterItsEnd() {
    Entry begun = made.entries(turn, LedgerRecord.TurnBegun.class).getFirst();
    Entry end = made.entries(turn, LedgerRecord.TurnClosed.class).getFirst();
    MadeUpHistory.replace(made.ledger, end, List.of(end, begun));
    found(turn, Kind.DOUBLED);
  }

  @Test
  void directivesInAnotherOrder() {
    List<Told> two = made.told(turn).subList(0, 2);
    int at = made.told.indexOf(two.getFirst());
    made.told.set(at, two.getLast());
    made.told.set(at + 1, two.getFirst());
    found(turn, Kind.ORDER);
  }

  @Test
  void aDirectiveAfterTheEnd() {
    List<Told> all = made.told(turn);
    made.told.remove(all.getLast());
    made.told.add(made.told.indexOf(all.get(1)), all.getLast());
    found(turn, Kind.ORDER);
  }
}
