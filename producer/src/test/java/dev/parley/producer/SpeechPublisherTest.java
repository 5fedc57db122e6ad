package dev.parley.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.producer.PublishException.Reason;
import dev.parley.protocol.message.Event;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.turnlog.DevicePartition;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpeechPublisherTest {
  private final MemorySink sink = new MemorySink();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SpeechPublisher publisher = new SpeechPublisher(sink, "s0urce", meters);
  private final TurnRequest request = TurnRequest.speech("kitchen", "ko");

  @Test
  void aTurnIsBeginAudioAndEndWithoutAGap() throws Exception {
    Turn turn = publisher.begin(request);
    turn.audio(new byte[6400]);
    Ack ack = turn.audio(new byte[100]);
    turn.end();

    assertThat(sink.kinds()).isEqualTo("Begin Audio Audio End");
    assertThat(sink.chunks()).containsExactly(6400, 100);
    assertThat(sink.records()).extracting(SpeechRecord::seq).containsExactly(0, 1, 2, 3);
    assertThat(sink.records()).extracting(SpeechRecord::turn).containsOnly(request.turn());
    assertThat(sink.records()).extracting(SpeechRecord::source).containsOnly("s0urce");
    assertThat(ack.seq()).isEqualTo(2);
    assertThat(ack.bytes()).isEqualTo(100);
    assertThat(ack.offset()).isEqualTo(2);
    assertThat(ack.timestampMillis()).isEqualTo(1_000_003);
    assertThat(turn.state()).isEqualTo(Turn.State.ENDED);
  }

  @Test
  void theBeginBearsTheWholeMetadata() throws Exception {
    publisher.begin(request).end();

    byte[] metadata = ((SpeechRecord.Begin) sink.records().getFirst()).metadata();
    assertThat(metadata).isEqualTo(request.metadata());
    assertThat(Event.ofMetadata(metadata)).isInstanceOf(Event.SpeechRecognize.class);
  }

  @Test
  void allOfATurnStandsInItsDevicesPartition() throws Exception {
    for (String device : new String[] {"kitchen", "hall", "attic", "cellar"}) {
      Turn turn = publisher.begin(TurnRequest.speech(device, "en"));
      turn.audio(new byte[2]);
      turn.end();
    }
    assertThat(sink.usedPartitions())
        .isEqualTo(
            sink.records().stream()
                .map(r -> DevicePartition.of(r.turn().device(), MemorySink.PARTITIONS))
                .toList());
  }

  @Test
  void aTurnThatIsNotEndedIsCancelled() throws Exception {
    assertThatThrownBy(
            () -> {
              try (Turn turn = publisher.begin(request)) {
                turn.audio(new byte[6400]);
                throw new IllegalStateException("the device caught fire");
              }
            })
        .hasMessage("the device caught fire");
    assertThat(sink.kinds()).isEqualTo("Begin Audio Cancel");
    assertThat(turns("speech", "cancelled")).isEqualTo(1);
  }

  @Test
  void aTurnEndsOnlyOnce() throws Exception {
    Turn ended = publisher.begin(request);
    ended.end();
    ended.cancel();
    ended.close();
    assertReason(Reason.CLOSED, ended::end);
    assertReason(Reason.CLOSED, () -> ended.audio(new byte[2]));
    assertThat(sink.kinds()).isEqualTo("Begin End");
  }

  @Test
  void afterACancelNothingFollows() throws Exception {
    Turn turn = publisher.begin(request);
    turn.cancel();
    turn.cancel();
    assertReason(Reason.CLOSED, turn::end);
    assertReason(Reason.CLOSED, () -> turn.audio(new byte[2]));
    assertThat(sink.kinds()).isEqualTo("Begin Cancel");
  }

  @Test
  void afterALostRecordNothingOfTheTurnIsSent() throws Exception {
    Turn turn = publisher.begin(request);
    turn.audio(new byte[6400]);
    sink.refuseFrom(2);
    assertReason(Reason.LOST, () -> turn.audio(new byte[6400]));
    sink.refuseFrom(Integer.MAX_VALUE);

    assertReason(Reason.CLOSED, () -> turn.audio(new byte[6400]));
    assertReason(Reason.CLOSED, turn::end);
    turn.close();

    assertThat(sink.kinds()).isEqualTo("Begin Audio");
    assertThat(turn.state()).isEqualTo(Turn.State.LOST);
    assertThat(turns("speech", "lost")).isEqualTo(1);
    publisher.begin(request.withMessage("00000000-0000-4000-8000-000000000001")).end();
    assertThat(sink.kinds()).isEqualTo("Begin Audio Begin End");
  }

  @Test
  void aBeginThatIsLostGivesNoTurn() {
    sink.refuseFrom(0);
    assertReason(Reason.LOST, () -> publisher.begin(request));
    assertThat(publisher.openTurn(request.turn())).isEmpty();
  }

  @Test
  void twoTurnsOfTheSameIdsDoNotMix() throws Exception {
    Turn first = publisher.begin(request);
    assertReason(Reason.DUPLICATE, () -> publisher.begin(request));
    assertThat(publisher.openTurn(request.turn())).contains(first);
    first.end();
    assertThat(publisher.openTurn(request.turn())).isEmpty();
    assertThat(sink.kinds()).isEqualTo("Begin End");
  }

  @Test
  void closingThePublisherCancelsWhatIsOpen() throws Exception {
    Turn open = publisher.begin(request);
    publisher.begin(TurnRequest.text("hall", "what time is it?")).end();
    publisher.close();

    assertThat(sink.kinds()).isEqualTo("Begin Begin End Cancel");
    assertThat(sink.isClosed()).isTrue();
    assertThat(open.state()).isEqualTo(Turn.State.CANCELLED);
    assertReason(Reason.SHUT_DOWN, () -> publisher.begin(TurnRequest.speech("hall", "en")));
  }

  @Test
  void textHasNoAudio() throws Exception {
    Turn turn = publisher.begin(TurnRequest.text("hall", "what time is it?"));
    assertThatThrownBy(() -> turn.audio(new byte[2])).isInstanceOf(IllegalStateException.class);
    turn.end();
    assertThat(sink.kinds()).isEqualTo("Begin End");
    assertThat(turns("text", "ended")).isEqualTo(1);
  }

  @Test
  void whatIsNoChunkIsRefusedAndTheTurnGoesOn() throws Exception {
    Turn turn = publisher.begin(request);
    for (int length : new int[] {0, 3, 6402}) {
      assertThatThrownBy(() -> turn.audio(new byte[length]))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (int i = 0; i < Turn.MAX_AUDIO_BYTES / 6400; i++) {
      turn.audio(new byte[6400]);
    }
    assertThatThrownBy(() -> turn.audio(new byte[6400])).hasMessageContaining("at most");
    turn.end();
    assertThat(meters.get("parley.producer.chunks").counter().count()).isEqualTo(327);
  }

  @Test
  void threadsThatSpeakAndCancelAtOnceLeaveOneOrderlyTurn() throws Exception {
    for (int round = 0; round < 50; round++) {
      Turn turn = publisher.begin(TurnRequest.speech("kitchen", "en"));
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 8; i++) {
          boolean cancels = i == 5;
          threads.execute(() -> {
            try {
              if (cancels) {
                turn.cancel();
              } else {
                turn.audio(new byte[2]);
              }
            } catch (PublishException e) {
              assertThat(e.reason()).isEqualTo(Reason.CLOSED);
            }
          });
        }
      }
      var records = sink.records().stream().filter(r -> r.turn().equals(turn.id())).toList();
      assertThat(records.stream().map(SpeechRecord::seq))
          .containsExactlyElementsOf(IntStream.range(0, records.size()).boxed().toList());
      assertThat(records.getLast()).isInstanceOf(SpeechRecord.Cancel.class);
      assertThat(records.stream().filter(SpeechRecord.Cancel.class::isInstance)).hasSize(1);
    }
  }

  private double turns(String kind, String outcome) {
    return meters
        .get("parley.producer.turns")
        .tag("kind", kind)
        .tag("outcome", outcome)
        .counter()
        .count();
  }

  private static void assertReason(
      Reason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PublishException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
