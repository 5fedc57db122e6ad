package dev.parley.trials.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.Violation.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which fault is blamed, and what a mark does. */
final class AssessmentTest {
  private static final TurnId A = new TurnId("kitchen", "dialog-a", "message-a");
  private static final TurnId B = new TurnId("hall", "dialog-b", "message-b");
  private static final KnownFault MARK =
      new KnownFault(
          Kind.BEYOND_FLOOR,
          Fault.ROLLING,
          "interrupted",
          "answers are cut off after ten seconds",
          2);

  private final FaultStory story = new FaultStory().claims("one", 0).claims("two", 1);

  private Fault blamed(TurnId turn) {
    return story.charges().fault(turn).orElseThrow().fault();
  }

  @Test
  void theFaultThatMayHurtATurnIsBlamedForItThoughAnotherCameLater() {
    story
        .begins(A, 0, 1)
        .scripted(Fault.STALLS, List.of(), Set.of(A.message()), A)
        .fault(Fault.ROLLING, List.of(0), A)
        .closes(A, 0, 1, TurnStatus.TIMED_OUT, "no-answer");
    assertThat(blamed(A)).isEqualTo(Fault.STALLS);
    assertThat(story.charges().losses()).singleElement().matches(Loss::isAllowed);
  }

  @Test
  void theFaultAtItsPartitionIsBlamedBeforeALaterOneElsewhere() {
    story
        .begins(A, 0, 1)
        .fault(Fault.ROLLING, List.of(0), A)
        .fault(Fault.KILL, List.of(1), A)
        .closes(A, 0, 1, TurnStatus.FAILED, "no-hello");
    assertThat(blamed(A)).isEqualTo(Fault.ROLLING);
    assertThat(story.judged().violations())
        .extracting(Violation::evidence)
        .containsExactly("closed as failed: no-hello, which rolling may not do to it");
  }

  @Test
  void theFaultAtWhichATurnWasOpenIsBlamedBeforeALaterOneAtWhichItWasNot() {
    story
        .begins(A, 0, 1)
        .fault(Fault.GOAWAY, List.of(), A)
        .fault(Fault.DOWN, List.of())
        .closes(A, 0, 1, TurnStatus.FAILED, "no-hello");
    assertThat(blamed(A)).isEqualTo(Fault.GOAWAY);
  }

  @Test
  void aTurnThatBeginsBeforeTheFaultIsOverIsOpenAtIt() {
    story
        .fault(Fault.AWAY, List.of())
        .begins(A, 0, 1)
        .fault(Fault.GOAWAY, List.of())
        .closes(A, 0, 1, TurnStatus.REFUSED, "cic-503");
    assertThat(blamed(A)).isEqualTo(Fault.AWAY);
  }

  @Test
  void whatGoesWrongBeforeAnyFaultIsNobodysAndAViolation() {
    story
        .begins(A, 0, 1)
        .closes(A, 0, 1, TurnStatus.FAILED, "no-hello")
        .fault(Fault.KILL, List.of(0));
    assertThat(story.charges().fault(A)).isEmpty();
    assertThat(story.judged().violations())
        .extracting(Violation::evidence)
        .containsExactly("closed as failed: no-hello, before any fault");
  }

  @Test
  void whatIsKnownIsCountedAndDoesNotMakeTheRunRed() {
    story.begins(A, 0, 1).answers(A, 0, 1).begins(B, 0, 1).answers(B, 0, 1);
    story.fault(Fault.ROLLING, List.of(0), A, B).claims("three", 0);
    story.interrupts(A, 0).interrupts(B, 0);
    assertThat(story.judged().isGood()).isFalse();
    Assessment judged = story.judged(MARK);
    assertThat(judged.isGood()).isTrue();
    assertThat(judged.known()).isEqualTo(Map.of(MARK, 2));
  }

  @Test
  void aMarkIsForOneFaultAndOneKindAndWhatItSays() {
    story.begins(A, 0, 1).answers(A, 0, 1);
    story.fault(Fault.ROLLING, List.of(0), A).claims("three", 0).interrupts(A, 0);
    assertThat(
            story.judged(new KnownFault(Kind.BEYOND_FLOOR, Fault.SCALE, "", "other", 9)).isGood())
        .isFalse();
    assertThat(
            story
                .judged(new KnownFault(Kind.BEYOND_FLOOR, Fault.ROLLING, "poison", "other", 9))
                .isGood())
        .isFalse();
    assertThat(story.judged(new KnownFault(Kind.DOUBLED, Fault.ROLLING, "", "other", 9)).isGood())
        .isFalse();
  }

  @Test
  void aMarkThatIsNotMetInALargeRunIsRedAndInASmallOneIsNot() {
    story.fault(Fault.ROLLING, List.of(0));
    assertThat(story.judged(MARK).isGood()).isTrue();
    assertThat(story.judged(MARK).needless()).isEmpty();
    story.fault(Fault.SCALE, List.of(0)).fault(Fault.ROLLING, List.of(1));
    assertThat(story.judged(MARK).needless()).containsExactly(MARK);
    assertThat(story.judged(MARK).isGood()).isFalse();
  }

  @Test
  void aMarkHasACause() {
    assertThatThrownBy(() -> new KnownFault(Kind.LOST, Fault.KILL, "", " ", 21))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
