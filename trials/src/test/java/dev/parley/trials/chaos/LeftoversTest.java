package dev.parley.trials.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.History.Acknowledged;
import dev.parley.trials.chaos.History.Breach;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Fetched;
import dev.parley.trials.chaos.History.Judged;
import dev.parley.trials.chaos.History.Pushed;
import dev.parley.trials.chaos.History.Received;
import dev.parley.trials.chaos.History.Sent;
import dev.parley.trials.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever nobody published, pushed or asked for is found out, and so is whatever never comes. */
final class LeftoversTest {
  private static final String FOREIGN = "0".repeat(64);

  private final MadeUpHistory made = new MadeUpHistory(1, 40);
  private final TurnId turn = made.plain();

  private List<Violation> violations() {
    return HistoryChecker.check(made.history()).violations();
  }

  private void found(TurnId where, Kind kind) {
    assertThat(violations()).extracting(Violation::turn).containsOnly(Optional.of(where));
    assertThat(violations()).extracting(Violation::kind).containsOnly(kind);
  }

  private void found(Kind kind, String evidence) {
    assertThat(violations()).extracting(Violation::kind).containsOnly(kind);
    assertThat(violations()).extracting(Violation::evidence).allMatch(e -> e.contains(evidence));
  }

  private static String other(String device) {
    return device.equals("device-0") ? "device-1" : "device-0";
  }

  /** After this record of the ledger comes another. */
  private void insert(Entry after, LedgerRecord record, Optional<Sent> directive) {
    Entry inserted =
        new Entry(
            after.partition(),
            after.offset(),
            after.millis(),
            OptionalInt.empty(),
            record,
            directive);
    MadeUpHistory.replace(made.ledger, after, List.of(after, inserted));
  }

  private static LedgerRecord pushed(TurnId turn, Attempt attempt) {
    return new LedgerRecord.DirectiveReceived(
        turn.device(), Optional.of(turn), attempt, Channel.DOWNCHANNEL, new byte[0]);
  }

  private void toldAgain(Told.Directive what, String device, int stream) {
    made.told.add(
        new Told.Directive(
            device,
            stream,
            what.cursor(),
            what.turn(),
            what.dialog(),
            what.messageId(),
            what.directive(),
            what.made(),
            what.attachments()));
  }

  @Test
  void aDirectiveThatIsToldToAnotherDeviceTooIsFound() {
    toldAgain(made.told(turn, "Clova.RenderText"), other(turn.device()), 1);
    found(turn, Kind.FOREIGN);
  }

  @Test
  void aPushThatIsToldToAnotherDeviceTooIsFound() {
    made.told.add(
        new Told.Directive(
            other("device-1"),
            1,
            "",
            "",
            Optional.empty(),
            "push-0",
            "Clova.RenderText",
            false,
            Map.of()));
    found(Kind.FOREIGN, "push-0");
  }

  @Test
  void aDirectiveToldAgainOnALaterStreamAfterItWasAcknowledgedIsFound() {
    toldAgain(made.told(turn, "Clova.RenderText"), turn.device(), 2);
    found(turn, Kind.REPEATED);
  }

  @Test
  void whatOvertookAndIsToldAgainAfterALaterCursorWasAcknowledgedIsFound() {
    TurnId stopped = made.stopped();
    toldAgain(made.told(stopped, MadeUpHistory.STOP_CAPTURE), stopped.device(), 2);
    found(stopped, Kind.REPEATED);
  }

  @Test
  void whatIsToldAgainBecauseNoAcknowledgementWasTakenIsNoHarm() {
    TurnId last = made.published.getLast().turn();
    Told.Directive text = made.told(last, "Clova.RenderText");
    made.acknowledgements.replaceAll(a ->
        a.of().turn().equals(last.message())
            ? new MadeUpHistory.Acknowledgement(a.of(), false)
            : a);
    toldAgain(text, last.device(), 2);
    assertThat(violations()).isEmpty();
  }

  @Test
  void aStopCaptureThatNeverReachesItsDeviceIsFound() {
    TurnId stopped = made.stopped();
    made.told.remove(made.told(stopped, MadeUpHistory.STOP_CAPTURE));
    found(stopped, Kind.LOST);
  }

  @Test
  void aDownchannelDirectiveThatNeverReachesItsDeviceIsFound() {
    Entry end = made.entries(turn, LedgerRecord.AttachmentEnded.class).getLast();
    insert(
        end,
        pushed(turn, end.record().attempt()),
        Optional.of(
            new Sent("late-text", "Clova.RenderText", Optional.of(turn.dialog()), List.of())));
    found(turn, Kind.LOST);
  }

  @Test
  void aDirectiveWithoutDialogThatNeverReachesItsDeviceIsFound() {
    made.told.removeIf(t -> t.name().equals("push-5"));
    found(Kind.PUSH, "push-5");
  }

  @Test
  void aPushThatNobodyWroteDownIsFound() {
    made.pushed.add(new Pushed("device-0", "push-x", "Clova.RenderText", made.now()));
    found(Kind.PUSH, "push-x");
  }

  @Test
  void aPushThatNobodySentIsFound() {
    made.pushed.removeIf(p -> p.messageId().equals("push-5"));
    found(Kind.FOREIGN, "push-5");
  }

  @Test
  void aPushToldTwiceIsFound() {
    Told push = made.told.stream().filter(t -> t.name().equals("push-5")).findFirst().orElseThrow();
    MadeUpHistory.replace(made.told, push, List.of(push, push));
    found(Kind.DOUBLED, "push-5");
  }

  @Test
  void anAttachmentOfAGoodTurnThatNeverEndsIsFound() {
    Entry end = made.entries(turn, LedgerRecord.AttachmentEnded.class).getFirst();
    made.ledger.remove(end);
    assertThat(violations()).extracting(Violation::kind).contains(Kind.UNENDED);
    assertThat(violations()).extracting(Violation::turn).containsOnly(Optional.of(turn));
  }

  @Test
  void anAttachmentOfAGoodTurnThatBreaksOffIsFound() {
    Entry end = made.entries(turn, LedgerRecord.AttachmentEnded.class).getFirst();
    LedgerRecord broken = MadeUpHistory.echoEnded(turn, end.record().attempt(), 10, FOREIGN, false);
    MadeUpHistory.replace(made.ledger, end, List.of(MadeUpHistory.in(end, broken)));
    made.fetched.replaceAll(f ->
        f.turn().equals(turn.message())
            ? new Fetched(f.device(), f.turn(), f.attachment(), 200, 10, FOREIGN, false)
            : f);
    found(turn, Kind.BROKEN);
  }

  @Test
  void aTurnThatTheEndpointHearsThreeTimesIsFound() {
    Received once =
        made.received.stream().filter(r -> r.turn().equals(turn)).findFirst().orElseThrow();
    made.received.addAll(List.of(once, once));
    found(turn, Kind.REUPLOADED);
  }

  @Test
  void anAbortedUploadOfOtherAudioIsFound() {
    TurnId twice = made.takenOver();
    made.received.replaceAll(r ->
        r.turn().equals(twice) && !r.whole()
            ? new Received(twice, 6_401, FOREIGN, FOREIGN, false)
            : r);
    found(twice, Kind.PREFIX);
  }

  @Test
  void anAbortedUploadOfMoreThanWasPublishedIsFound() {
    TurnId twice = made.takenOver();
    Received whole =
        made.received.stream()
            .filter(r -> r.turn().equals(twice) && r.whole())
            .findFirst()
            .orElseThrow();
    made.received.replaceAll(r ->
        r.turn().equals(twice) && !r.whole()
            ? new Received(twice, whole.bytes() + 1, FOREIGN, whole.sha256(), false)
            : r);
    found(twice, Kind.PREFIX);
  }

  @Test
  void anExceptionOfParleysInATurnThatWentWellIsFound() {
    Told end = made.told(turn).getLast();
    MadeUpHistory.replace(made.told, end, List.of(made.exception(turn), end));
    found(turn, Kind.MISTOLD);
  }

  @Test
  void aTurnThatFailsWithoutAnExceptionIsFound() {
    TurnId failed = made.interrupted();
    made.told.remove(made.told(failed, "System.Exception"));
    found(failed, Kind.UNTOLD);
  }

  @Test
  void aGoodEndToldWhereTheLedgerSaysInterruptedIsFound() {
    TurnId failed = made.interrupted();
    Told.Closed end = (Told.Closed) made.told(failed).getLast();
    MadeUpHistory.replace(
        made.told,
        end,
        List.of(
            new Told.Closed(
                end.device(), 1, end.cursor(), end.turn(), end.attempt(), TurnStatus.OK)));
    found(failed, Kind.MISTOLD);
  }

  @Test
  void anEndToldByAnotherAttemptThanTheLedgersIsFound() {
    Told.Closed end = (Told.Closed) made.told(turn).getLast();
    Attempt other = new Attempt(end.attempt().owner(), 7);
    MadeUpHistory.replace(
        made.told,
        end,
        List.of(new Told.Closed(end.device(), 1, end.cursor(), end.turn(), other, end.status())));
    found(turn, Kind.MISTOLD);
  }

  @Test
  void anUploadOfATurnThatNobodyPublishedIsFound() {
    TurnId nobodys = new TurnId("device-0", "dialog-x", "message-x");
    made.received.add(new Received(nobodys, 0, FOREIGN, FOREIGN, true));
    found(nobodys, Kind.FOREIGN);
  }

  @Test
  void theEndOfATurnThatNobodyPublishedIsFound() {
    Told.Closed end = (Told.Closed) made.told(turn).getLast();
    made.told.add(
        new Told.Closed(
            end.device(), 1, "999999", "message-x", end.attempt(), TurnStatus.CANCELLED));
    found(Kind.FOREIGN, "message-x");
  }

  @Test
  void aRecordOfATurnThatNobodyPublishedIsFound() {
    TurnId nobodys = new TurnId("device-0", "dialog-x", "message-x");
    made.append(
        new LedgerRecord.TurnBegun(nobodys, new Attempt(99, 1), "SpeechRecognizer.Recognize", 1));
    found(nobodys, Kind.FOREIGN);
  }

  @Test
  void aDirectiveOfAnAttemptThatNeverBeganIsFound() {
    Entry begun = made.entries(turn, LedgerRecord.TurnBegun.class).getFirst();
    Attempt never = new Attempt(begun.record().attempt().owner(), 9);
    insert(
        begun,
        MadeUpHistory.directive(turn, never),
        Optional.of(new Sent("of-9", "Clova.RenderText", Optional.of(turn.dialog()), List.of())));
    found(turn, Kind.STRAY);
  }

  @Test
  void aDirectiveBehindTheEndOfItsTurnIsFound() {
    Entry end = made.entries(turn, LedgerRecord.TurnClosed.class).getFirst();
    insert(
        end,
        MadeUpHistory.directive(turn, end.record().attempt()),
        Optional.of(new Sent("late", "Clova.RenderText", Optional.of(turn.dialog()), List.of())));
    found(turn, Kind.STRAY);
  }

  @Test
  void aTurnThatIsClosedTwiceIsFound() {
    Entry end = made.entries(turn, LedgerRecord.TurnClosed.class).getFirst();
    insert(end, end.record(), Optional.empty());
    found(turn, Kind.DOUBLED);
  }

  @Test
  void aGapInWhatAnAttemptReceivedIsFound() {
    Entry text = made.entry(turn, "Clova.RenderText");
    MadeUpHistory.replace(made.ledger, text, List.of(MadeUpHistory.withSeq(text, 3)));
    found(turn, Kind.GAP);
  }

  @Test
  void aGapInWhatAnOwnerWroteOfADeviceAloneIsFound() {
    Entry push =
        made.ledger.stream()
            .filter(e -> e.directive().filter(d -> d.messageId().equals("push-5")).isPresent())
            .findFirst()
            .orElseThrow();
    MadeUpHistory.replace(made.ledger, push, List.of(MadeUpHistory.withSeq(push, 7)));
    found(Kind.GAP, "is number 7");
  }

  @Test
  void anAcknowledgementOfWhatWasNeverToldIsFound() {
    made.acknowledged.add(new Acknowledged("device-0", "123456789", 1_000, true));
    found(Kind.FOREIGN, "123456789");
  }

  @Test
  void theEchoOfOtherAudioIsFound() {
    Entry end = made.entries(turn, LedgerRecord.AttachmentEnded.class).getFirst();
    LedgerRecord.AttachmentEnded echo = (LedgerRecord.AttachmentEnded) end.record();
    LedgerRecord other =
        MadeUpHistory.echoEnded(turn, echo.attempt(), echo.length(), FOREIGN, true);
    MadeUpHistory.replace(made.ledger, end, List.of(MadeUpHistory.in(end, other)));
    made.fetched.replaceAll(f ->
        f.turn().equals(turn.message())
            ? new Fetched(f.device(), f.turn(), f.attachment(), 200, f.bytes(), FOREIGN, true)
            : f);
    found(turn, Kind.ECHO);
  }

  /** Its dispatcher was killed before it could write down that it ends. */
  private void hasNoEnd() {
    made.ledger.remove(made.entries(turn, LedgerRecord.AttachmentEnded.class).getFirst());
  }

  @Test
  void anAttachmentWithoutAnEndIsTheAudioOfItsTurnAllTheSame() {
    hasNoEnd();
    fetched(200, 100, FOREIGN, true);
    assertThat(violations()).extracting(Violation::kind).contains(Kind.ECHO);
  }

  @Test
  void anAttachmentWithoutAnEndMayBeFetchedWhole() {
    hasNoEnd();
    assertThat(violations()).extracting(Violation::kind).containsOnly(Kind.UNENDED);
  }

  private void fetched(int status, long bytes, String sha256, boolean whole) {
    made.fetched.replaceAll(f ->
        f.turn().equals(turn.message())
            ? new Fetched(f.device(), f.turn(), f.attachment(), status, bytes, sha256, whole)
            : f);
  }

  @Test
  void anAttachmentFetchedWithOtherBytesThanTheLedgersIsFound() {
    long bytes =
        made.fetched.stream()
            .filter(f -> f.turn().equals(turn.message()))
            .findFirst()
            .orElseThrow()
            .bytes();
    fetched(200, bytes, FOREIGN, true);
    found(turn, Kind.ECHO);
  }

  @Test
  void aFetchThatEndsShortIsFound() {
    fetched(200, 100, FOREIGN, false);
    found(turn, Kind.UNFETCHED);
  }

  @Test
  void aFetchThatIsRefusedIsFound() {
    fetched(404, 0, FOREIGN, false);
    found(turn, Kind.UNFETCHED);
  }

  @Test
  void anAttachmentThatNoDeviceFetchedIsFound() {
    made.fetched.removeIf(f -> f.turn().equals(turn.message()));
    found(turn, Kind.UNFETCHED);
  }

  @Test
  void anAttachmentThatNoDeviceWasToldOfIsFound() {
    made.told.removeIf(t -> t.turn().equals(turn.message()) && t instanceof Told.Attachment);
    made.fetched.removeIf(f -> f.turn().equals(turn.message()));
    found(turn, Kind.LOST);
  }

  @Test
  void anAttachmentThatTheLedgerDoesNotHaveIsFound() {
    Told.Attachment echo =
        made.told(turn).stream()
            .filter(Told.Attachment.class::isInstance)
            .map(Told.Attachment.class::cast)
            .findFirst()
            .orElseThrow();
    made.told.add(
        made.told.indexOf(echo),
        new Told.Attachment(
            echo.device(), 1, "5", echo.turn(), echo.messageId(), echo.contentId(), "a-x"));
    made.fetched.add(new Fetched(turn.device(), turn.message(), "a-x", 200, 1, FOREIGN, true));
    found(turn, Kind.FOREIGN);
  }

  @Test
  void aRowThatTheEndpointSaysWasBrokenIsFound() {
    Breach breach = new Breach(made.now(), "device-0", "message-0", "6,400 bytes too many");
    made.judged.add(new Judged("C21", 7, 1, List.of(breach)));
    found(Kind.ROW, "6,400 bytes too many");
  }

  @Test
  void aPartitionThatNobodyClaimsAfterAKillIsFound() {
    made.injected.add(new Injection(Fault.KILL, made.now(), Map.of(0, 999L), Set.of(), Set.of()));
    found(Kind.SLOW, "partition 0");
  }

  @Test
  void aPartitionThatIsClaimedTooLateAfterAKillIsFound() {
    Entry last = made.ledger.getLast();
    made.injected.add(
        new Injection(Fault.KILL, last.millis() - 60_000, Map.of(0, 998L), Set.of(), Set.of()));
    made.append(new LedgerRecord.Owner(new Attempt(999, 0), "late"));
    found(Kind.SLOW, "partition 0");
  }

  static Stream<Arguments> classes() {
    return Stream.of(
        empty("published", made -> made.published.clear()),
        empty("pushed", made -> made.pushed.clear()),
        empty("received", made -> made.received.clear()),
        empty("judged", made -> made.judged.replaceAll(j -> new Judged(j.row(), 0, 0, List.of()))),
        empty("ledger", made -> made.ledger.clear()),
        empty("told", made -> made.told.clear()),
        empty("acknowledged", made -> made.acknowledgements.clear()),
        empty("fetched", made -> made.fetched.clear()));
  }

  private static Arguments empty(String name, Consumer<MadeUpHistory> emptied) {
    return Arguments.of(name, emptied);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("classes")
  void aRunInWhichNothingOfAKindHappenedProvesNothing(
      String name, Consumer<MadeUpHistory> emptied) {
    emptied.accept(made);
    assertThat(violations())
        .filteredOn(v -> v.kind() == Kind.EMPTY)
        .extracting(Violation::evidence)
        .anyMatch(evidence -> evidence.contains(name));
  }

  @Test
  void eachKindOfViolationHasAWordOfItsOwn() {
    List<String> words = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      words.add(kind.word());
    }
    assertThat(words).doesNotHaveDuplicates();
  }
}
