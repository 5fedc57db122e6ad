package dev.parley.trials.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.History.End;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whom each fault may hurt, and that whoever is hurt beside these is a violation. */
final class FloorsTest {
  private static final TurnId A = new TurnId("kitchen", "dialog-a", "message-a");
  private static final TurnId B = new TurnId("hall", "dialog-b", "message-b");
  private static final TurnId C = new TurnId("attic", "dialog-c", "message-c");

  private final FaultStory story = new FaultStory().claims("one", 0).claims("two", 1);

  private void beyond(TurnId... turns) {
    assertThat(story.judged().violations())
        .allMatch(v -> v.kind() == Violation.Kind.BEYOND_FLOOR)
        .extracting(v -> v.turn().orElseThrow())
        .containsExactlyInAnyOrder(turns);
  }

  /** Two turns at one owner of partition 0, only the first being answered; one at partition 1. */
  private void threeTurns() {
    story.begins(A, 0, 1).begins(B, 0, 1).begins(C, 1, 1).answers(A, 0, 1).answers(C, 1, 1);
  }

  @ParameterizedTest
  @EnumSource(names = {"GOAWAY", "ROLLING", "SCALE"})
  void whatIsPlannedHurtsNobody(Fault fault) {
    threeTurns();
    story.fault(fault, List.of(0), A, B, C).claims("three", 0).interrupts(A, 0);
    assertThat(story.floor()).isEmpty();
    beyond(A);
  }

  @ParameterizedTest
  @EnumSource(names = {"DOWN", "AWAY", "RESETS"})
  void connectionsThatBreakTakeOnlyTheAnswersAlongThatHaveBegun(Fault fault) {
    threeTurns();
    story
        .fault(fault, List.of(), A, B, C)
        .closes(A, 0, 1, TurnStatus.FAILED, "aborted")
        .closes(C, 1, 1, TurnStatus.OK, "answered");
    assertThat(story.floor()).containsExactlyInAnyOrder(A, C);
    beyond();
    story.closes(B, 0, 1, TurnStatus.REFUSED, "cic-503");
    beyond(B);
  }

  @Test
  void whatTheDownchannelSaidIsNoAnswer() {
    story
        .begins(A, 0, 1)
        .directive(A, 0, 1, Channel.DOWNCHANNEL)
        .fault(Fault.DOWN, List.of(), A)
        .closes(A, 0, 1, TurnStatus.FAILED, "aborted");
    assertThat(story.floor()).isEmpty();
    beyond(A);
  }

  @Test
  void anAnswerThatWasOverBeforeIsNotUnderWay() {
    story
        .begins(A, 0, 1)
        .answers(A, 0, 1)
        .closes(A, 0, 1, TurnStatus.FAILED, "aborted")
        .fault(Fault.DOWN, List.of());
    assertThat(story.floor()).isEmpty();
    beyond(A);
  }

  @Test
  void anAnswerToALaterAttemptWasNotUnderWay() {
    story
        .begins(A, 0, 1)
        .fault(Fault.DOWN, List.of(), A)
        .begins(A, 0, 2)
        .answers(A, 0, 2)
        .closes(A, 0, 2, TurnStatus.FAILED, "aborted");
    assertThat(story.floor()).isEmpty();
    beyond(A);
  }

  @ParameterizedTest
  @EnumSource(names = {"RESETS", "STALLS"})
  void whatTheEndpointSpoiledAndNothingElse(Fault fault) {
    story
        .begins(A, 0, 1)
        .begins(B, 0, 1)
        .scripted(fault, List.of(), Set.of(A.message()), A, B)
        .closes(A, 0, 1, TurnStatus.FAILED, "aborted");
    assertThat(story.floor()).containsExactly(A);
    beyond();
    story.closes(B, 0, 1, TurnStatus.FAILED, "stuck");
    beyond(B);
  }

  @Test
  void aStallBreaksNoConnection() {
    threeTurns();
    story.fault(Fault.STALLS, List.of(), A, B, C).closes(A, 0, 1, TurnStatus.FAILED, "aborted");
    assertThat(story.floor()).isEmpty();
    beyond(A);
  }

  @ParameterizedTest
  @EnumSource(names = {"KILL", "PAUSE", "CLAIM"})
  void aProcessTakesItsOwnAnswersAlong(Fault fault) {
    threeTurns();
    story.fault(fault, List.of(0), A, B, C).claims("three", 0).interrupts(A, 0);
    assertThat(story.floor()).containsExactly(A);
    beyond();
    story.begins(B, 0, 1).closes(B, 0, 1, TurnStatus.FAILED, "no-hello");
    story.closes(C, 1, 1, TurnStatus.FAILED, "connection-lost");
    beyond(B, C);
  }

  @Test
  void whatAProcessAnsweredInTimeWasNotTaken() {
    story
        .begins(A, 0, 1)
        .answers(A, 0, 1)
        .closes(A, 0, 1, TurnStatus.OK, "answered")
        .fault(Fault.KILL, List.of(0));
    assertThat(story.floor()).isEmpty();
  }

  @Test
  void anAnswerThatTheNextOwnerBeganIsNotTheVictims() {
    story
        .begins(A, 0, 1)
        .fault(Fault.KILL, List.of(0), A)
        .claims("three", 0)
        .begins(A, 0, 1)
        .answers(A, 0, 1)
        .closes(A, 0, 1, TurnStatus.INTERRUPTED, "interrupted");
    assertThat(story.floor()).isEmpty();
    beyond(A);
  }

  /** It was named in a release, and the process that was finishing it is killed at that. */
  @Test
  void anAnswerThatALeaverWasFinishing() {
    story
        .begins(A, 0, 1)
        .answers(A, 0, 1)
        .releases(0, A)
        .claims("two", 0)
        .claims("one", 2)
        .fault(Fault.KILL, List.of(2), A)
        .interrupts(A, 0);
    assertThat(story.floor()).containsExactly(A);
    beyond();
  }

  @Test
  void anAnswerThatALeaverLeftLongBeforeItWasKilled() {
    story
        .begins(A, 0, 1)
        .answers(A, 0, 1)
        .releases(0, A)
        .claims("two", 0)
        .claims("one", 2)
        .interrupts(A, 0)
        .fault(Fault.KILL, List.of(2));
    assertThat(story.floor()).isEmpty();
    beyond(A);
  }

  @Test
  void whatAStoppedProcessClaimsLaterIsNotLost() {
    story
        .fault(Fault.PAUSE, List.of(0))
        .claims("one", 0)
        .begins(A, 0, 1)
        .answers(A, 0, 1)
        .claims("two", 0)
        .interrupts(A, 0);
    assertThat(story.floor()).isEmpty();
    beyond(A);
  }

  @Test
  void poisonNeedsThreeOwnersThatWereLost() {
    story.begins(A, 0, 1).fault(Fault.KILL, List.of(0), A);
    story.claims("three", 0).begins(A, 0, 1).fault(Fault.PAUSE, List.of(0), A);
    story.claims("four", 0).begins(A, 0, 1).fault(Fault.KILL, List.of(0), A);
    story.claims("five", 0).closes(A, 0, 1, TurnStatus.POISON, "poison");
    assertThat(story.floor()).containsExactly(A);
    beyond();
  }

  @Test
  void poisonAfterTwoKillsAndARestartIsTooMuch() {
    story.begins(A, 0, 1).fault(Fault.KILL, List.of(0), A);
    story.claims("three", 0).begins(A, 0, 1).fault(Fault.ROLLING, List.of(0), A).releases(0);
    story.claims("four", 0).begins(A, 0, 1).fault(Fault.KILL, List.of(0), A);
    story.claims("five", 0).closes(A, 0, 1, TurnStatus.POISON, "poison");
    assertThat(story.floor()).isEmpty();
    beyond(A);
  }

  @Test
  void aBrokerThatIsKilledHurtsOnlyWhoCouldNotPublish() {
    story.begins(A, 0, 1).begins(B, 0, 1).answers(B, 0, 1);
    story.published(A, End.BROKEN_OFF);
    story
        .fault(Fault.LEADER, List.of(), A, B)
        .closes(A, 0, 1, TurnStatus.TIMED_OUT, "idle-timeout");
    assertThat(story.floor()).containsExactly(A);
    beyond();
    story.claims("one", 0).interrupts(B, 0);
    beyond(B);
  }

  /** A zombie's answer voids nothing, and its end is none. */
  @Test
  void whatDoesNotCountIsNoAnswer() {
    story.begins(A, 0, 1).fault(Fault.KILL, List.of(0), A).claims("three", 0).begins(A, 0, 1);
    story.closesAs(A, 0, new Attempt(1, 1), TurnStatus.FAILED, "aborted");
    story.closes(A, 0, 1, TurnStatus.OK, "answered");
    assertThat(story.floor()).isEmpty();
    beyond();
  }
}
