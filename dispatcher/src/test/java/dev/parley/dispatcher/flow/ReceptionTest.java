package dev.parley.dispatcher.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What CIC sends is written down with the turn and the attempt that it belongs to. */
final class ReceptionTest {
  private static final String SHA = "0".repeat(64);
  private static final Attempt NOBODYS = new Attempt(FlowBench.OWNER, 0);

  private final FlowBench bench = new FlowBench();
  private final TurnId turn = FlowBench.turn("kitchen", "dialog-1");
  private final Optional<Input.AttemptOf> from =
      Optional.of(new Input.AttemptOf(turn, FlowBench.ATTEMPT));

  private void attachmentOf(Optional<Input.AttemptOf> attempt) {
    bench.apply(new Input.AttachmentBegun("kitchen", attempt, "a-1", "cid", "audio/mpeg", 9));
    bench.apply(new Input.AttachmentEnded("kitchen", attempt, "a-1", 500, SHA, true));
  }

  private void finish() {
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.responseEnded(turn, 200);
  }

  @Test
  void anAttachmentOfAResponseIsItsTurnsAndCounted() {
    bench.begin(turn);
    attachmentOf(from);
    finish();
    assertThat(bench.ledger)
        .contains(
            new LedgerRecord.AttachmentBegun(
                "kitchen",
                Optional.of(turn),
                FlowBench.ATTEMPT,
                Channel.RESPONSE,
                "a-1",
                "cid",
                "audio/mpeg",
                9),
            new LedgerRecord.AttachmentEnded(
                "kitchen",
                Optional.of(turn),
                FlowBench.ATTEMPT,
                Channel.RESPONSE,
                "a-1",
                500,
                SHA,
                true));
    assertThat(bench.closed(turn).counts()).containsEntry("attachments", 1L);
  }

  @Test
  void anAttachmentOfADownchannelIsNoTurns() {
    attachmentOf(Optional.empty());
    assertThat(bench.ledger)
        .containsExactly(
            new LedgerRecord.AttachmentBegun(
                "kitchen",
                Optional.empty(),
                NOBODYS,
                Channel.DOWNCHANNEL,
                "a-1",
                "cid",
                "audio/mpeg",
                9),
            new LedgerRecord.AttachmentEnded(
                "kitchen", Optional.empty(), NOBODYS, Channel.DOWNCHANNEL, "a-1", 500, SHA, true));
  }

  @Test
  void anAttachmentOfAnAttemptThatCountsNoMoreIsNotWrittenDown() {
    bench.begin(turn);
    attachmentOf(Optional.of(new Input.AttemptOf(turn, new Attempt(FlowBench.OWNER, 2))));
    assertThat(bench.ledger).noneMatch(LedgerRecord.AttachmentBegun.class::isInstance);
    assertThat(bench.ledger).noneMatch(LedgerRecord.AttachmentEnded.class::isInstance);
  }

  @Test
  void anAttachmentIsASignOfLife() {
    bench.begin(turn);
    for (int n = 0; n < 4; n++) {
      bench.now += FlowLimits.DEFAULT.idle().toMillis() - 1;
      bench.apply(new Input.Tick());
      bench.apply(
          n % 2 == 0
              ? new Input.AttachmentBegun("kitchen", from, "a-1", "cid", "audio/mpeg", 9)
              : new Input.AttachmentEnded("kitchen", from, "a-1", 500, SHA, true));
    }
    assertThat(bench.flow.openTurns()).isEqualTo(1);
  }

  @Test
  void aTurnIsClosedOnlyWhenItsAttachmentsStandInTheLedger() {
    bench.begin(turn);
    bench.acknowledges = false;
    attachmentOf(from);
    finish();
    assertThat(bench.ledger).noneMatch(LedgerRecord.TurnClosed.class::isInstance);
    bench.acknowledge();
    assertThat(bench.closed(turn).reason()).isEqualTo("answered");
  }

  @Test
  void aStopCaptureWithoutADialogIsTheYoungestTurnsThatIsSpoken() {
    bench.begin(turn);
    bench.end(turn, 1);
    TurnId younger = FlowBench.turn("kitchen", "dialog-2");
    bench.now += 1;
    bench.begin(younger);
    bench.apply(
        new Input.Pushed(
            "kitchen", FlowBench.directive("SpeechRecognizer.StopCapture", Optional.empty())));
    assertThat(bench.effects(Effect.AskSpeechEnd.class))
        .containsExactly(new Effect.AskSpeechEnd(younger, FlowBench.ATTEMPT));
  }

  @Test
  void aDirectiveWithoutADialogIsNoTurns() {
    bench.begin(turn);
    bench.apply(
        new Input.Pushed("kitchen", FlowBench.directive("Clova.RenderText", Optional.empty())));
    assertThat(((LedgerRecord.DirectiveReceived) bench.ledger.getLast()).turn()).isEmpty();
    assertThat(((LedgerRecord.DirectiveReceived) bench.ledger.getLast()).attempt())
        .isEqualTo(NOBODYS);
  }

  @Test
  void asManyDirectivesAsMayBeAreNotTooManyWhicheverWayTheyCome() {
    bench.begin(turn);
    for (int n = 0; n < FlowLimits.DEFAULT.directives(); n++) {
      bench.pushed(turn, "Clova.RenderText");
    }
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    bench.pushed(turn, "Clova.RenderText");
    assertThat(bench.closed(turn).reason()).isEqualTo("too-many-directives");

    FlowBench other = new FlowBench();
    other.begin(turn);
    for (int n = 0; n < FlowLimits.DEFAULT.directives(); n++) {
      other.answered(turn, "Clova.RenderText");
    }
    assertThat(other.flow.openTurns()).isEqualTo(1);
  }

  @Test
  void aDownchannelsDirectiveIsASignOfLifeOfItsTurn() {
    bench.begin(turn);
    for (int n = 0; n < 3; n++) {
      bench.now += FlowLimits.DEFAULT.idle().toMillis() - 1;
      bench.apply(new Input.Tick());
      bench.pushed(turn, "SpeechRecognizer.KeepRecording");
    }
    assertThat(bench.flow.openTurns()).isEqualTo(1);
  }

  @Test
  void theCloseTellsWhenEachThingHappenedFirst() {
    long began = bench.now;
    bench.begin(turn);
    bench.now = began + 1;
    bench.apply(new Input.Requested(turn, FlowBench.ATTEMPT));
    bench.now = began + 2;
    bench.audio(turn, 1);
    bench.now = began + 3;
    bench.audio(turn, 2);
    bench.now = began + 4;
    bench.pushed(turn, "SpeechRecognizer.StopCapture");
    bench.apply(new Input.SpeechEnd(turn, FlowBench.ATTEMPT, bench.offset));
    bench.now = began + 5;
    bench.uploaded(turn);
    bench.now = began + 6;
    bench.answered(turn, "Clova.RenderText");
    bench.now = began + 7;
    bench.answered(turn, "Clova.RenderText");
    bench.now = began + 8;
    bench.responseEnded(turn, 200);
    assertThat(bench.closed(turn).times())
        .containsAllEntriesOf(
            Map.of(
                "begun", began,
                "requested", began + 1,
                "firstAudio", began + 2,
                "stopCapture", began + 4,
                "sent", began + 5,
                "firstDirective", began + 6,
                "closed", began + 8));
  }

  @Test
  void whichDevicesHaveTurnsAndWhichTurnIsTheEldestIsKnown() {
    assertThat(bench.flow.eldest()).isEmpty();
    assertThat(bench.flow.hasOpenTurn("kitchen")).isFalse();
    bench.begin(turn);
    long first = bench.now;
    bench.now += 1;
    bench.begin(FlowBench.turn("hall", "dialog-2"));
    assertThat(bench.flow.eldest()).contains(Map.entry(turn, first));
    assertThat(bench.flow.hasOpenTurn("kitchen")).isTrue();
    assertThat(bench.flow.hasOpenTurn("cellar")).isFalse();
  }
}
