package dev.parley.turnlog.story;

import static dev.parley.turnlog.story.MadeUpLog.TURN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.RawRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.Stamp;
import dev.parley.protocol.record.TurnStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The story of a turn, from records made by hand. */
class StoryTest {
  private static final TurnId OTHER = new TurnId("kitchen", "dialog-2", "message-2");
  private static final TurnId SECOND = new TurnId("kitchen", "dialog-1", "message-2");

  private static MadeUpLog log() {
    return new MadeUpLog("kitchen/dialog-1");
  }

  @Test
  void speechAndLedgerAreToldInTheOrderOfTheirTimes() {
    MadeUpLog log =
        log()
            .claim(1)
            .later(100)
            .begin(TURN)
            .later(10)
            .begun(TURN, 1, 1)
            .later(20)
            .chunk(TURN, 1)
            .later(200)
            .chunk(TURN, 2)
            .later(5)
            .directive(TURN, 1, 1, "StopCapture")
            .later(1)
            .speech(new SpeechRecord.End(TURN, "src", 3))
            .sent(TURN, 1, 1)
            .later(50)
            .closed(TURN, 1, 1, TurnStatus.OK, "answered");
    assertThat(log.words())
        .containsExactly(
            "Claimed+-100",
            "SpeechBegun+0",
            "AttemptBegun+10",
            "FirstChunk+30",
            "LastChunk+230",
            "DirectiveReceived+235",
            "SpeechEnded+236",
            "Sent+236",
            "Closed+286");
    assertThat(log.sentence())
        .isEqualTo("It was answered: 1 directive and 0 attachments, closed ok after 0.3 s.");
  }

  @Test
  void theOrderIsTheSameHoweverTheTopicsAreRead() {
    MadeUpLog log = log().later(50).claim(1).begun(TURN, 1, 1);
    MadeUpLog before = log.later(-30).begin(TURN).later(5).chunk(TURN, 1);
    assertThat(before.words())
        .containsExactly(
            "SpeechBegun+0", "FirstChunk+5", "LastChunk+5", "Claimed+30", "AttemptBegun+30");
  }

  @Test
  void whatPeopleSaidAndWereToldIsNotInIt() {
    MadeUpLog log = log().begin(TURN).begun(TURN, 1, 1).directive(TURN, 1, 1, "RenderText");
    assertThat(log.story().toString())
        .contains("SpeechRecognizer.Recognize", "Clova.RenderText")
        .doesNotContain("secret");
  }

  @Test
  void chunksAreSummedUpAndPausesBetweenThemAreTold() {
    MadeUpLog log =
        log()
            .begin(TURN)
            .chunk(TURN, 1)
            .later(Told.PAUSE_MILLIS)
            .chunk(TURN, 2)
            .later(Told.PAUSE_MILLIS + 1)
            .chunk(TURN, 3);
    assertThat(log.story().entries())
        .extracting(StoryEntry::told)
        .containsExactly(
            new Told.SpeechBegun(Optional.of("SpeechRecognizer.Recognize")),
            new Told.FirstChunk(),
            new Told.Resumed(401),
            new Told.LastChunk(3, 19_200, 1, 0, 0));
  }

  @Test
  void recordsThatAreMissingAndThoseOfAnotherSourceAreCounted() {
    MadeUpLog log =
        log()
            .begin(TURN)
            .chunk(TURN, 1)
            .chunk(TURN, 4)
            .speech(new SpeechRecord.Audio(TURN, "other", 5, new byte[2]));
    assertThat(log.story().entries())
        .last()
        .extracting(StoryEntry::told)
        .isEqualTo(new Told.LastChunk(2, 12_800, 0, 2, 1));
  }

  @Test
  void aTurnOfWhichRetentionHasTakenTheBeginningMissesNothingElse() {
    MadeUpLog log = log().chunk(TURN, 7).chunk(TURN, 8);
    assertThat(log.story().entries())
        .last()
        .extracting(StoryEntry::told)
        .isEqualTo(new Told.LastChunk(2, 12_800, 0, 0, 0));
  }

  @Test
  void aTurnThatItsDeviceTookBackEndsCancelled() {
    MadeUpLog log =
        log()
            .claim(1)
            .begin(TURN)
            .begun(TURN, 1, 1)
            .later(700)
            .speech(new SpeechRecord.Cancel(TURN, "src", 1))
            .later(100)
            .closed(TURN, 1, 1, TurnStatus.CANCELLED, "cancelled");
    assertThat(log.words()).contains("TakenBack+700", "Closed+800");
    assertThat(log.sentence())
        .isEqualTo("It ended cancelled (cancelled) after 0.8 s: why it is cancelled.");
  }

  @Test
  void everyAttemptOfATurnIsToldAndCounted() {
    MadeUpLog log =
        log()
            .claim(1)
            .begin(TURN)
            .begun(TURN, 1, 1)
            .begun(TURN, 1, 2)
            .closed(TURN, 1, 2, TurnStatus.REFUSED, "cic-503");
    assertThat(log.story().attempts()).isEqualTo(2);
    assertThat(log.sentence()).contains("refused (cic-503)").contains("2 attempts");
  }

  @Test
  void whatALowerOwnerWritesAfterAHigherClaimIsVoid() {
    MadeUpLog log =
        log()
            .claim(1)
            .begin(TURN)
            .begun(TURN, 1, 1)
            .claim(2)
            .directive(TURN, 1, 1, "RenderText")
            .closed(TURN, 1, 1, TurnStatus.OK, "answered")
            .begun(TURN, 2, 1)
            .closed(TURN, 2, 1, TurnStatus.TIMED_OUT, "response-timeout");
    assertThat(log.words())
        .containsSubsequence(
            "Claimed+0",
            "AttemptBegun+0",
            "Claimed+0",
            "(DirectiveReceived+0)",
            "(Closed+0)",
            "AttemptBegun+0",
            "Closed+0");
    assertThat(log.sentence()).startsWith("It ended timed-out (response-timeout)");
  }

  @Test
  void aTurnWhoseOnlyCloseIsVoidIsOpen() {
    MadeUpLog log =
        log()
            .claim(1)
            .begin(TURN)
            .begun(TURN, 1, 1)
            .claim(2)
            .closed(TURN, 1, 1, TurnStatus.OK, "answered");
    assertThat(log.story().ending()).isEmpty();
    assertThat(log.sentence()).startsWith("It is open").contains("does not count");
  }

  @Test
  void whatAnOwnerNamedWhenItLeftCountsAfterTheNextClaim() {
    MadeUpLog log =
        log()
            .claim(1)
            .begin(TURN)
            .begun(TURN, 1, 1)
            .release(1, TURN)
            .claim(2)
            .closed(TURN, 1, 1, TurnStatus.OK, "answered");
    assertThat(log.words())
        .containsExactly(
            "SpeechBegun+0", "Claimed+0", "AttemptBegun+0", "Released+0", "Claimed+0", "Closed+0");
    assertThat(log.sentence()).startsWith("It was answered");
  }

  @Test
  void aClaimThatLostTheRaceForItsNumberIsVoid() {
    MadeUpLog log = log().claim(1).begin(TURN).begun(TURN, 1, 1).claim(2).claim(2);
    assertThat(log.words()).endsWith("Claimed+0", "(Claimed+0)");
  }

  @Test
  void onlyTheClaimThatStoodAndThoseUpToTheCloseMatter() {
    MadeUpLog log =
        log()
            .claim(1)
            .later(10)
            .claim(2)
            .later(10)
            .begun(OTHER, 2, 1)
            .begun(TURN, 2, 1)
            .closed(TURN, 2, 1, TurnStatus.OK, "answered")
            .claim(3);
    assertThat(log.words()).containsExactly("Claimed+-10", "AttemptBegun+0", "Closed+0");
  }

  @Test
  void aTurnThatNobodyHasBegunIsOpenAndItsSentenceAsksForADispatcher() {
    MadeUpLog log = log().begin(TURN).later(3_000);
    assertThat(log.sentence())
        .isEqualTo(
            "It is open, for 3.0 s: no dispatcher has claimed its partition, as far as the ledger"
                + " goes back.");
    assertThat(log.claim(1).sentence()).contains("no dispatcher has begun it yet");
  }

  @Test
  void anOpenTurnSaysHowFarItHasGot() {
    MadeUpLog log = log().claim(1).begin(TURN).begun(TURN, 1, 1);
    assertThat(log.sentence()).contains("attempt 1.1 brings it to CIC");
    assertThat(log.sent(TURN, 1, 1).sentence()).contains("CIC has all of it");
    assertThat(log.directive(TURN, 1, 1, "RenderText").sentence()).contains("begun to answer");
  }

  @Test
  void anOpenTurnThatItsOwnerHasLeftToOthersHasNobody() {
    MadeUpLog log = log().claim(1).begin(TURN).begun(TURN, 1, 1).release(1);
    assertThat(log.sentence()).contains("nobody has it since owner 1 let the partition go");
    assertThat(log.claim(2).sentence())
        .contains("owner 2 has the partition now, and has not begun it again");
    assertThat(log.begun(TURN, 2, 1).sentence()).contains("attempt 2.1 brings it to CIC");
  }

  @Test
  void anOpenTurnThatItsLeaverFinishesSaysSo() {
    MadeUpLog log = log().claim(1).begin(TURN).begun(TURN, 1, 1).sent(TURN, 1, 1).release(1, TURN);
    assertThat(log.sentence())
        .contains("CIC has all of it by attempt 1.1")
        .contains("finishes it though it has let the partition go");
  }

  @Test
  void aRecordThatCantBeReadIsListedWithItsPlaceAndItsNeighboursGoOn() {
    Map<String, String> old = new HashMap<>(new SpeechRecord.End(TURN, "src", 2).toRaw().headers());
    old.put("v", "0");
    MadeUpLog log =
        log()
            .begin(TURN)
            .speech(new RawRecord(TURN.dialog(), old, new byte[0]))
            .chunk(TURN, 1)
            .claim(1)
            .ledger(
                new RawRecord(
                    TURN.dialog(),
                    new LedgerRecord.TurnBegun(TURN, new Attempt(1, 1), "A.b", 0)
                        .toRaw(Stamp.of(0))
                        .headers(),
                    "no JSON".getBytes(UTF_8)))
            .closed(TURN, 1, 1, TurnStatus.OK, "answered");
    assertThat(log.words())
        .containsExactly(
            "SpeechBegun+0",
            "Unreadable+0",
            "FirstChunk+0",
            "LastChunk+0",
            "Claimed+0",
            "Unreadable+0",
            "Closed+0");
    StoryEntry entry = log.story().entries().get(1);
    assertThat(entry.place()).hasToString("parley.speech-3@1");
    assertThat(((Told.Unreadable) entry.told()).why()).contains("header \"v\" is not");
  }

  @Test
  void aRecordOfWhichOnlyTheDialogCanBeReadStandsByItself() {
    MadeUpLog log =
        log()
            .begin(TURN)
            .speech(
                new RawRecord("dialog-1", Map.of("device", "kitchen", "kind", "x"), new byte[0]));
    assertThat(log.words()).containsExactly("SpeechBegun+0");
    assertThat(log.stories.unreadable())
        .singleElement()
        .satisfies(entry -> assertThat(entry.place().offset()).isEqualTo(1));
  }

  @Test
  void theTurnsOfADialogAreToldInTheOrderInWhichTheyBegan() {
    MadeUpLog log =
        log()
            .claim(1)
            .begin(TURN)
            .begun(TURN, 1, 1)
            .closed(TURN, 1, 1, TurnStatus.OK, "answered")
            .later(500)
            .begin(SECOND)
            .begun(SECOND, 1, 1)
            .closed(SECOND, 1, 1, TurnStatus.FAILED, "gap");
    assertThat(log.stories.stories()).extracting(Story::turn).containsExactly(TURN, SECOND);
    assertThat(MadeUpLog.words(log.stories.stories().getLast()))
        .containsExactly("Claimed+-500", "SpeechBegun+0", "AttemptBegun+0", "Closed+0");
  }

  @Test
  void aMessageNamesOneTurnOfItsDialog() {
    MadeUpLog log = new MadeUpLog("kitchen/dialog-1/message-2").begin(TURN).begin(SECOND);
    assertThat(log.story().turn()).isEqualTo(SECOND);
  }

  @Test
  void aBareIdIsThatOfADialogOrOfAMessageOfAnyDevice() {
    assertThat(new MadeUpLog("dialog-1").begin(TURN).begin(OTHER).story().turn()).isEqualTo(TURN);
    assertThat(new MadeUpLog("message-2").begin(TURN).begin(OTHER).story().turn()).isEqualTo(OTHER);
    assertThat(new MadeUpLog("message-1").begun(TURN, 1, 1).begun(OTHER, 1, 1).story().turn())
        .isEqualTo(TURN);
  }

  @Test
  void anotherDevicesDialogOfTheSameNameIsNotMeant() {
    MadeUpLog log = log().begin(new TurnId("hall", "dialog-1", "message-1"));
    assertThat(log.stories.stories()).isEmpty();
  }

  @Test
  void whenNothingIsFoundTheDevicesLatestTurnsMayBeWhatWasMeant() {
    MadeUpLog log = new MadeUpLog("kitchen/dialog-9").begin(TURN).begin(OTHER).begin(TURN);
    assertThat(log.stories.stories()).isEmpty();
    assertThat(log.stories.nearby()).containsExactly(OTHER, TURN);
    MadeUpLog otherMessage = new MadeUpLog("kitchen/dialog-1/message-9").begin(TURN);
    assertThat(otherMessage.stories.nearby()).containsExactly(TURN);
  }

  @Test
  void whenNothingIsFoundABareIdMayBeTheBeginningOfOne() {
    MadeUpLog log = new MadeUpLog("dialog-").begin(TURN).begun(OTHER, 1, 1);
    assertThat(log.stories.nearby()).containsExactly(TURN, OTHER);
  }

  @Test
  void directivesThatBelongToNoTurnAreNotToldOfOne() {
    TurnId named = new TurnId("kitchen", "kitchen", "message-1"); // Its key is theirs.
    MadeUpLog log =
        new MadeUpLog("kitchen/kitchen")
            .begin(named)
            .ledger(
                new LedgerRecord.DirectiveReceived(
                    "kitchen",
                    Optional.empty(),
                    new Attempt(1, 0),
                    Channel.DOWNCHANNEL,
                    "{\"header\":{\"namespace\":\"A\",\"name\":\"b\"},\"payload\":{}}"
                        .getBytes(UTF_8)));
    assertThat(log.words()).containsExactly("SpeechBegun+0");
  }

  @Test
  void aTurnWithoutEndIsKeptWithinBoundsAndItsCloseIsToldNevertheless() {
    MadeUpLog log = log().claim(1).begun(TURN, 1, 1);
    for (int i = 0; i < StoryEntry.MOST + 10; i++) {
      log.directive(TURN, 1, 1, "RenderText");
    }
    log.closed(TURN, 1, 1, TurnStatus.FAILED, "too-many-directives");
    assertThat(log.story().entries()).hasSizeLessThan(StoryEntry.MOST + 10);
    assertThat(log.story().leftOut()).isEqualTo(11);
    assertThat(log.sentence()).contains("too-many-directives");
  }
}
