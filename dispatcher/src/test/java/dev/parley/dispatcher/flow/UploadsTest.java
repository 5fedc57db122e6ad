package dev.parley.dispatcher.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.flow.RecordReason.Passed;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.UploadEnd;
import org.junit.jupiter.api.Test;

/** Which of a turn's records go to CIC, and where its upload ends. */
final class UploadsTest {
  private final FlowBench bench = new FlowBench();
  private final TurnId turn = FlowBench.turn("kitchen", "dialog-1");

  private Iterable<Passed> passedOver() {
    return bench.effects(Effect.PassedOver.class).stream().map(Effect.PassedOver::reason).toList();
  }

  private void chunk(int seq, int bytes) {
    bench.speech(new SpeechRecord.Audio(turn, "s1", seq, new byte[bytes]));
  }

  @Test
  void aChunkThatComesTwiceIsCountedAsRepeated() {
    bench.begin(turn);
    bench.audio(turn, 1);
    bench.audio(turn, 1);
    assertThat(passedOver()).containsExactly(Passed.REPEATED);
  }

  @Test
  void aChunkBehindTheEndIsCountedAsAfterIt() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.audio(turn, 2);
    assertThat(passedOver()).containsExactly(Passed.AFTER_STOP);
  }

  @Test
  void aTurnMayHaveAsMuchAudioAsTheLimitSaysAndNotOneSampleMore() {
    int limit = (int) FlowLimits.DEFAULT.turnBytes();
    bench.begin(turn);
    int seq = 1;
    for (int left = limit; left > 0; left -= SpeechRecord.MAX_AUDIO_BYTES) {
      chunk(seq++, Math.min(left, SpeechRecord.MAX_AUDIO_BYTES));
    }
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    chunk(seq, 2);
    LedgerRecord.TurnClosed closed = bench.closed(turn);
    assertThat(closed.reason()).isEqualTo("too-long");
    assertThat(closed.detail()).contains("4096 KiB");
    assertThat(closed.counts())
        .containsEntry("audioBytes", (long) limit)
        .containsEntry("audioChunks", seq - 1L);
  }

  @Test
  void whatWasPublishedBeforeStopCaptureGoesOutAndNoMore() {
    bench.begin(turn);
    bench.pushed(turn, "SpeechRecognizer.StopCapture");
    bench.apply(new Input.SpeechEnd(turn, FlowBench.ATTEMPT, bench.offset + 1));
    bench.audio(turn, 1);
    assertThat(bench.effects(Effect.Send.class)).hasSize(1);
    assertThat(bench.effects(Effect.Finish.class)).hasSize(1);
    bench.audio(turn, 2);
    assertThat(passedOver()).containsExactly(Passed.AFTER_STOP);
    bench.uploaded(turn);
    assertThat(bench.ledger.getLast())
        .isEqualTo(
            new LedgerRecord.TurnSent(turn, FlowBench.ATTEMPT, 6_400, 1, UploadEnd.STOP_CAPTURE));
  }

  @Test
  void recordsOfOthersMayBeTheLastThatStoodBeforeStopCapture() {
    TurnId other = FlowBench.turn("hall", "dialog-2");
    bench.begin(turn);
    bench.begin(other);
    bench.pushed(turn, "SpeechRecognizer.StopCapture");
    bench.apply(new Input.SpeechEnd(turn, FlowBench.ATTEMPT, bench.offset + 1));
    bench.audio(other, 1);
    assertThat(bench.effects(Effect.Finish.class)).containsExactly(new Effect.Finish(turn));
  }

  @Test
  void aStopCaptureThatIsSaidTwiceIsAskedForOnce() {
    bench.begin(turn);
    bench.pushed(turn, "SpeechRecognizer.StopCapture");
    bench.answered(turn, "SpeechRecognizer.StopCapture");
    assertThat(bench.effects(Effect.AskSpeechEnd.class)).hasSize(1);
  }

  @Test
  void whereThePartitionEndedIsHeardOnceAndOnlyWhereItWasAskedFor() {
    bench.begin(turn);
    bench.apply(new Input.SpeechEnd(turn, FlowBench.ATTEMPT, bench.offset));
    assertThat(bench.effects(Effect.Finish.class)).isEmpty();
    bench.pushed(turn, "SpeechRecognizer.StopCapture");
    bench.apply(new Input.SpeechEnd(turn, FlowBench.ATTEMPT, bench.offset + 2));
    bench.apply(new Input.SpeechEnd(turn, FlowBench.ATTEMPT, bench.offset));
    assertThat(bench.effects(Effect.Finish.class)).isEmpty();
  }

  @Test
  void anUploadIsSaidToBeSentOnce() {
    bench.begin(turn);
    bench.uploaded(turn);
    assertThat(bench.ledger).noneMatch(LedgerRecord.TurnSent.class::isInstance);
    bench.end(turn, 1);
    bench.uploaded(turn);
    bench.uploaded(turn);
    assertThat(bench.ledger).filteredOn(LedgerRecord.TurnSent.class::isInstance).hasSize(1);
  }

  @Test
  void fromTheUploadsEndOnCicHasItsTimeToAnswer() {
    bench.begin(turn);
    bench.end(turn, 1);
    bench.now += FlowLimits.DEFAULT.response().toMillis() - 1;
    bench.uploaded(turn);
    bench.now += FlowLimits.DEFAULT.response().toMillis() - 1;
    bench.apply(new Input.Tick());
    assertThat(bench.flow.openTurns()).isEqualTo(1);
    bench.now += 1;
    bench.apply(new Input.Tick());
    assertThat(bench.closed(turn).reason()).isEqualTo("response-timeout");
  }
}
