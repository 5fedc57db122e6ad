package dev.parley.trials.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import dev.parley.trials.chaos.History.Breach;
import dev.parley.trials.chaos.History.End;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Judged;
import dev.parley.trials.chaos.History.Published;
import dev.parley.trials.chaos.History.Pushed;
import dev.parley.trials.chaos.History.Received;
import dev.parley.trials.chaos.History.Sent;
import dev.parley.trials.chaos.History.Stream;
import dev.parley.trials.chaos.Violation.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a device was not given for a reason is no violation, and without the reason it is one. */
final class ReasonsTest {
  private static final String STOP_CAPTURE = MadeUpHistory.STOP_CAPTURE;
  private static final String TEXT = "Clova.RenderText";

  private final MadeUpHistory made = new MadeUpHistory(3, 20);
  private final TurnId first = new TurnId("device-0", "dialog-first", "message-first");
  private final TurnId second = new TurnId("device-0", "dialog-second", "message-second");
  private final Attempt attempt = new Attempt(1_000, 1);
  private int speechOffset = 1_000_000;

  private List<Violation> violations() {
    return HistoryChecker.check(made.history()).violations();
  }

  private void isClean() {
    assertThat(violations()).isEmpty();
  }

  private void isFound(Kind kind, TurnId turn) {
    assertThat(violations()).extracting(Violation::kind).containsOnly(kind);
    assertThat(violations()).extracting(Violation::turn).containsOnly(Optional.of(turn));
  }

  private void begins(TurnId turn, Attempt by) {
    if (made.published.stream().noneMatch(p -> p.turn().equals(turn))) {
      Prefixes none =
          new Prefixes(MadeUpHistory.CHUNK, Prefixes.shortened(MadeUpHistory.hash(turn, 0)));
      made.published.add(new Published(turn, none, 0, End.ENDED));
    }
    made.append(new LedgerRecord.TurnBegun(turn, by, "SpeechRecognizer.Recognize", speechOffset++));
  }

  private void isSent(TurnId turn, Attempt by) {
    String hash = MadeUpHistory.hash(turn, 0);
    made.received.add(new Received(turn, 0, hash, hash, true));
    made.append(new LedgerRecord.TurnSent(turn, by, 0, 0, UploadEnd.END));
  }

  /** CIC says something; whether the device is told is another matter. */
  private Told.Directive says(TurnId turn, Attempt by, int seq, String name, Channel channel) {
    String id = turn.message() + "-" + by + "-" + seq;
    made.append(
        new LedgerRecord.DirectiveReceived(
            turn.device(), Optional.of(turn), by, channel, new byte[0]),
        Optional.of(new Sent(id, name, Optional.of(turn.dialog()), List.of())));
    return MadeUpHistory.directive(turn, id, name, "c" + made.ledger.size(), 1);
  }

  private void ends(TurnId turn, Attempt by, TurnStatus status, int stream) {
    made.append(MadeUpHistory.closed(turn, by, status));
    if (status != TurnStatus.OK) {
      made.told.add(made.exception(turn));
    }
    String cursor = "c" + made.ledger.size() + "e";
    made.told.add(new Told.Closed(turn.device(), stream, cursor, turn.message(), by, status));
  }

  @Test
  void whatAnsweredEarlyGoesWithASendThatWasNeverCompleted() {
    begins(first, attempt);
    says(first, attempt, 0, TEXT, Channel.RESPONSE);
    ends(first, attempt, TurnStatus.FAILED, 1);
    isClean();
  }

  @Test
  void whatAnsweredEarlyMustComeOnceTheSendIsComplete() {
    begins(first, attempt);
    says(first, attempt, 0, TEXT, Channel.RESPONSE);
    isSent(first, attempt);
    ends(first, attempt, TurnStatus.FAILED, 1);
    isFound(Kind.LOST, first);
  }

  @Test
  void whatAFormerAttemptReceivedEarlyGoesWithIt() {
    Attempt retry = new Attempt(1_000, 2);
    begins(first, attempt);
    says(first, attempt, 0, TEXT, Channel.RESPONSE);
    begins(first, retry);
    isSent(first, retry);
    ends(first, retry, TurnStatus.OK, 1);
    isClean();
  }

  @Test
  void aStopCaptureOfAFormerAttemptMustHaveComeAllTheSame() {
    Attempt retry = new Attempt(1_000, 2);
    begins(first, attempt);
    says(first, attempt, 0, STOP_CAPTURE, Channel.DOWNCHANNEL);
    begins(first, retry);
    isSent(first, retry);
    ends(first, retry, TurnStatus.OK, 1);
    isFound(Kind.LOST, first);
  }

  @Test
  void whatADialogStillHasToSayIsDiscardedOnceAnotherIsTheLast() {
    begins(first, attempt);
    isSent(first, attempt);
    begins(second, attempt);
    isSent(second, attempt);
    says(first, attempt, 0, TEXT, Channel.RESPONSE);
    says(first, attempt, 1, STOP_CAPTURE, Channel.DOWNCHANNEL);
    ends(first, attempt, TurnStatus.OK, 1);
    ends(second, attempt, TurnStatus.OK, 1);
    isClean();
  }

  @Test
  void whatADialogSaysWhileItIsTheLastMustCome() {
    begins(first, attempt);
    isSent(first, attempt);
    begins(second, attempt);
    says(first, attempt, 0, TEXT, Channel.RESPONSE);
    isSent(second, attempt);
    ends(first, attempt, TurnStatus.OK, 1);
    ends(second, attempt, TurnStatus.OK, 1);
    isFound(Kind.LOST, first);
  }

  /** Its stream is away from {@code from} until {@code to}, in epoch milliseconds. */
  private void isAway(long from, long to) {
    made.streams.removeIf(s -> s.device().equals("device-0"));
    made.streams.add(new Stream("device-0", 1, 0, from));
    made.streams.add(new Stream("device-0", 2, to, Long.MAX_VALUE));
  }

  @Test
  void whatWaitsForADeviceGoesOnceAnotherDialogIsTheLast() {
    begins(first, attempt);
    isSent(first, attempt);
    long from = made.now() - 1;
    says(first, attempt, 0, TEXT, Channel.RESPONSE);
    begins(second, attempt);
    isSent(second, attempt);
    isAway(from, made.now() + 1);
    ends(first, attempt, TurnStatus.OK, 2);
    ends(second, attempt, TurnStatus.OK, 2);
    isClean();
    isAway(from, made.ledger.getLast().millis() - 5 * MadeUpHistory.STEP_MILLIS);
    isFound(Kind.LOST, first);
  }

  @Test
  void aStopCaptureThatWaitsForADeviceGoesWithTheEndOfItsTurn() {
    begins(first, attempt);
    long from = made.now() - 1;
    says(first, attempt, 0, STOP_CAPTURE, Channel.DOWNCHANNEL);
    isSent(first, attempt);
    ends(first, attempt, TurnStatus.OK, 2);
    isAway(from, made.now());
    isClean();
    isAway(from, made.ledger.getLast().millis());
    isFound(Kind.LOST, first);
  }

  @Test
  void aTurnThatKafkaNeverAcknowledgedMayBeHeardAndClosedOrNot() {
    begins(first, attempt);
    made.published.replaceAll(
        p -> p.turn().equals(first) ? new Published(first, p.prefixes(), 0, End.NOT_ACCEPTED) : p);
    isSent(first, attempt);
    isClean();
  }

  private Injection kill(long millis) {
    return new Injection(Fault.KILL, millis, Map.of(0, 998L), Set.of(), Set.of());
  }

  @Test
  void aPushThatItsOwnerHeldWhenItWasCutOffIsVoid() {
    made.pushed.add(new Pushed("device-0", "push-x", TEXT, made.now()));
    made.injected.add(kill(made.now() - 1));
    made.append(new LedgerRecord.Owner(new Attempt(999, 0), "next"));
    isClean();
    assertThat(HistoryChecker.check(made.history()).lostWithOwner()).isEqualTo(1);
  }

  @Test
  void aPushLongBeforeItsOwnerWasCutOffIsNot() {
    made.pushed.add(new Pushed("device-0", "push-x", TEXT, made.now() - 10_000));
    made.injected.add(kill(made.now()));
    made.append(new LedgerRecord.Owner(new Attempt(999, 0), "next"));
    assertThat(violations()).extracting(Violation::kind).containsOnly(Kind.PUSH);
  }

  @Test
  void aPushToADeviceOfAnotherPartitionIsNotVoid() {
    made.pushed.add(new Pushed("device-0", "push-x", TEXT, made.now()));
    made.injected.add(new Injection(Fault.KILL, made.now(), Map.of(7, 1L), Set.of(), Set.of()));
    made.ledger.add(
        new Entry(
            7,
            0,
            made.now(),
            OptionalInt.empty(),
            new LedgerRecord.Owner(new Attempt(2, 0), "next"),
            Optional.empty()));
    assertThat(violations()).extracting(Violation::kind).containsOnly(Kind.PUSH);
  }

  @Test
  void aPushThatAZombieWroteDownIsVoidOnlyWithAFault() {
    long sent = made.now();
    made.append(new LedgerRecord.Owner(new Attempt(999, 0), "next"));
    made.append(
        new LedgerRecord.DirectiveReceived(
            "device-0", Optional.empty(), new Attempt(3, 0), Channel.DOWNCHANNEL, new byte[0]),
        Optional.of(new Sent("push-x", TEXT, Optional.empty(), List.of())));
    made.pushed.add(new Pushed("device-0", "push-x", TEXT, sent));
    assertThat(violations()).extracting(Violation::kind).containsOnly(Kind.PUSH);
    made.injected.add(new Injection(Fault.PAUSE, sent - 50, Map.of(0, 998L), Set.of(), Set.of()));
    isClean();
  }

  /** The partition has another owner already, which listens for devices that have a turn alone. */
  @Test
  void aPushToWhoWasFinishingAPartitionAndWasKilledIsVoid() {
    long sent = made.now();
    made.pushed.add(new Pushed("device-0", "push-x", TEXT, sent));
    made.injected.add(new Injection(Fault.KILL, sent - 50, Map.of(7, 1L), Set.of(1), Set.of()));
    made.ledger.add(
        new Entry(
            7,
            0,
            made.now(),
            OptionalInt.empty(),
            new LedgerRecord.Owner(new Attempt(2, 0), "next"),
            Optional.empty()));
    assertThat(violations()).extracting(Violation::kind).containsOnly(Kind.PUSH);
    made.injected.add(new Injection(Fault.KILL, sent - 50, Map.of(7, 1L), Set.of(0), Set.of()));
    isClean();
  }

  @Test
  void aPlannedRestartVoidsNoPush() {
    made.pushed.add(new Pushed("device-0", "push-x", TEXT, made.now()));
    made.injected.add(
        new Injection(Fault.ROLLING, made.now(), Map.of(0, 998L), Set.of(), Set.of()));
    made.append(new LedgerRecord.Owner(new Attempt(999, 0), "next"));
    assertThat(violations()).extracting(Violation::kind).containsOnly(Kind.PUSH);
  }

  /** Another request of it is under way, the endpoint says of its last attempt. */
  private void isSentTwiceAtATime(TurnId turn) {
    breaks("C15", turn, "another request with this messageId is under way");
  }

  /** It had been answered, the endpoint says of its last attempt. */
  private void isAskedForAgain(TurnId turn) {
    breaks("C19", turn, "this messageId was sent before, and answered");
  }

  private void breaks(String row, TurnId turn, String detail) {
    Breach breach = new Breach(lastBegun(turn), turn.device(), turn.message(), detail);
    made.judged.add(new Judged(row, 9, 1, List.of(breach)));
  }

  private long lastBegun(TurnId turn) {
    return made.entries(turn, LedgerRecord.TurnBegun.class).getLast().millis();
  }

  /** Between its two attempts, the partition of all being struck if the fault strikes one. */
  private void strikesBetween(TurnId turn, Fault fault) {
    Map<Integer, Long> victim =
        switch (fault) {
          case DOWN, AWAY, RESETS, STALLS, GOAWAY, LEADER -> Map.of();
          case KILL, PAUSE, CLAIM, ROLLING, SCALE -> Map.of(0, 1L);
        };
    strikes(fault, lastBegun(turn) - 50, victim);
  }

  private void strikes(Fault fault, long millis, Map<Integer, Long> victim) {
    made.injected.add(
        new Injection(fault, millis, millis + 10, victim, Set.of(), Set.of(), Set.of()));
    if (!victim.isEmpty()) {
      made.append(new LedgerRecord.Owner(new Attempt(999, 0), "next"));
    }
  }

  @Test
  void theRequestOfADispatcherThatHangsMayBeUnderWayWhenTheNextSendsItsTurn() {
    TurnId turn = made.takenOver();
    isSentTwiceAtATime(turn);
    strikesBetween(turn, Fault.PAUSE);
    isClean();
  }

  @ParameterizedTest
  @EnumSource(names = {"KILL", "PAUSE", "CLAIM", "DOWN", "RESETS"})
  void anAnswerThatIsLostOnItsWayMayBeAskedForAgain(Fault fault) {
    TurnId turn = made.takenOver();
    isAskedForAgain(turn);
    strikesBetween(turn, fault);
    isClean();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"KILL", "PAUSE", "CLAIM", "DOWN", "RESETS"})
  void anAnswerThatNothingLostIsNotAskedForAgain(Fault fault) {
    TurnId turn = made.takenOver();
    isAskedForAgain(turn);
    strikesBetween(turn, fault);
    assertThat(violations()).extracting(Violation::kind).containsOnly(Kind.ROW);
  }

  @ParameterizedTest
  @EnumSource(names = {"KILL", "DOWN", "RESETS"})
  void anAnswerThatIsLostAfterTheLastAttemptBeganIsNoReason(Fault fault) {
    TurnId turn = made.takenOver();
    isAskedForAgain(turn);
    strikes(fault, lastBegun(turn) + 1, Map.of());
    assertThat(violations()).extracting(Violation::kind).containsOnly(Kind.ROW);
  }

  @ParameterizedTest
  @EnumSource(names = {"KILL", "DOWN", "RESETS"})
  void anAnswerThatIsLostBeforeTheFirstAttemptBeganIsNoReason(Fault fault) {
    TurnId turn = made.takenOver();
    isAskedForAgain(turn);
    strikes(
        fault, made.entries(turn, LedgerRecord.TurnBegun.class).getFirst().millis() - 50, Map.of());
    assertThat(violations()).extracting(Violation::kind).containsOnly(Kind.ROW);
  }

  @Test
  void aKillElsewhereIsNoReasonToAskAgain() {
    TurnId turn = made.takenOver();
    isAskedForAgain(turn);
    strikes(Fault.KILL, lastBegun(turn) - 50, Map.of());
    assertThat(violations()).extracting(Violation::kind).containsOnly(Kind.ROW);
  }

  @Test
  void anAnswerThatIsAskedForAgainByOneAttemptIsFound() {
    TurnId turn = made.plain();
    isAskedForAgain(turn);
    strikesBetween(turn, Fault.KILL);
    assertThat(violations()).extracting(Violation::kind).containsOnly(Kind.ROW);
  }

  @Test
  void anIdThatIsNoneIsFoundAlsoAfterAKill() {
    TurnId turn = made.takenOver();
    breaks("C19", turn, "messageId is no UUID");
    strikesBetween(turn, Fault.KILL);
    assertThat(violations()).extracting(Violation::kind).containsOnly(Kind.ROW);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"PAUSE", "CLAIM"})
  void aTurnThatIsSentTwiceAtATimeIsFoundUnlessADispatcherHangs(Fault fault) {
    TurnId turn = made.takenOver();
    isSentTwiceAtATime(turn);
    strikesBetween(turn, fault);
    assertThat(violations()).extracting(Violation::kind).containsOnly(Kind.ROW);
  }

  @Test
  void aTurnThatOneOwnerSendsTwiceAtATimeIsFound() {
    TurnId turn = made.plain();
    isSentTwiceAtATime(turn);
    strikesBetween(turn, Fault.PAUSE);
    assertThat(violations()).extracting(Violation::kind).containsOnly(Kind.ROW);
  }
}
