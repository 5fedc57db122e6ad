package dev.parley.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpeakerTest {
  private static final long MILLIS = 1_000_000;

  /** A clock that stands still but for waits. */
  private static final class FakeTime implements Time {
    private long now = 12_345;
    private Runnable onWait = () -> {};

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public void await(StopSignal stop, long nanos) throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      now += nanos;
      onWait.run();
    }
  }

  private final MemorySink sink = new MemorySink();
  private final FakeTime time = new FakeTime();
  private final StopSignal stop = new StopSignal();
  private final TurnRequest request = TurnRequest.speech("kitchen", "ko");
  private final Speaker speaker =
      new Speaker(new SpeechPublisher(sink, "s0urce", new SimpleMeterRegistry()), time);

  @Test
  void chunksArePublishedWhenAMicrophoneWouldHaveRecordedThem() throws Exception {
    List<Long> published = new ArrayList<>();
    long start = time.nanos();
    speaker.speak(
        source(audio(6400 * 3 + 3200)),
        request,
        Pacing.REAL_TIME,
        stop,
        ack -> published.add((time.nanos() - start) / MILLIS));

    assertThat(published).containsExactly(200L, 400L, 600L, 700L);
    assertThat(sink.kinds()).isEqualTo("Begin Audio Audio Audio Audio End");
  }

  @Test
  void aDelayIsMadeUpFor() throws Exception {
    List<Long> published = new ArrayList<>();
    long start = time.nanos();
    sink.onAppend(() -> {
      if (sink.records().size() == 2) { // The second chunk is slow.
        time.now += 450 * MILLIS;
      }
    });
    speaker.speak(
        source(audio(6400 * 6)),
        request,
        Pacing.REAL_TIME,
        stop,
        ack -> published.add((time.nanos() - start) / MILLIS));

    assertThat(published).containsExactly(200L, 850L, 850L, 850L, 1000L, 1200L);
  }

  @Test
  void fastDoesNotWait() throws Exception {
    long start = time.nanos();
    Spoken spoken = speakFast(audio(64_000));
    assertThat(time.nanos()).isEqualTo(start);
    assertThat(spoken.chunks()).hasSize(10);
    assertThat(spoken.chunks()).extracting(Ack::seq).startsWith(1, 2, 3);
    assertThat(spoken.bytes()).isEqualTo(64_000);
    assertThat(spoken.stoppedEarly()).isFalse();
    assertThat(spoken.turn()).isEqualTo(request.turn());
  }

  @Test
  void aStopEndsTheTurnWithWhatWasPublished() throws Exception {
    byte[] audio = audio(64_000);
    Spoken spoken =
        speaker.speak(
            source(audio),
            request,
            Pacing.FAST,
            stop,
            ack -> {
              if (ack.seq() == 4) {
                stop.stop();
              }
            });
    assertThat(sink.kinds()).isEqualTo("Begin Audio Audio Audio Audio End");
    assertThat(spoken.stoppedEarly()).isTrue();
    assertThat(spoken.bytes()).isEqualTo(25_600);
    assertThat(spoken.sha256()).isEqualTo(sha256(Arrays.copyOf(audio, 25_600)));
  }

  @Test
  void aStopWhileWaitingHoldsTheChunkBack() throws Exception {
    time.onWait =
        () -> {
          if (sink.chunks().size() == 2) {
            stop.stop();
          }
        };
    Spoken spoken =
        speaker.speak(source(audio(64_000)), request, Pacing.REAL_TIME, stop, ack -> {});
    assertThat(sink.kinds()).isEqualTo("Begin Audio Audio End");
    assertThat(spoken.bytes()).isEqualTo(12_800);
  }

  @Test
  void aStopBeforeTheFirstChunkStillEndsTheTurn() throws Exception {
    stop.stop();
    Spoken spoken = speakFast(audio(64_000));
    assertThat(sink.kinds()).isEqualTo("Begin End");
    assertThat(spoken.bytes()).isZero();
    assertThat(spoken.stoppedEarly()).isTrue();
  }

  @Test
  void aRealStopCutsARealWaitShort() throws Exception {
    Thread stopper = Thread.ofVirtual().start(stop::stop);
    Time.SYSTEM.await(stop, 3_600_000 * MILLIS);
    stopper.join();
    assertThat(stop.isStopped()).isTrue();
  }

  @Test
  void aSourceThatBreaksCancelsTheTurn() {
    AudioSource breaks =
        new AudioSource() {
          private int reads;

          @Override
          public int read(byte[] into, int offset, int length) throws AudioException {
            if (reads++ == 2) {
              throw new AudioException("the microphone was unplugged");
            }
            return length;
          }

          @Override
          public void close() {}
        };
    assertThatThrownBy(() -> speaker.speak(breaks, request, Pacing.FAST, stop, ack -> {}))
        .isInstanceOf(AudioException.class)
        .hasMessage("the microphone was unplugged");
    assertThat(sink.kinds()).isEqualTo("Begin Audio Audio Cancel");
  }

  @Test
  void silenceOfASourceCancelsTheTurn() {
    assertThatThrownBy(() -> speakFast(audio(1)))
        .isInstanceOf(AudioException.class)
        .hasMessageContaining("no audio");
    assertThat(sink.kinds()).isEqualTo("Begin Cancel");
  }

  @Test
  void tooMuchAudioCancelsTheTurn() {
    assertThatThrownBy(() -> speakFast(audio(Turn.MAX_AUDIO_BYTES + 2)))
        .isInstanceOf(AudioException.TooLong.class);
    assertThat(sink.kinds()).startsWith("Begin Audio").endsWith("Audio Cancel");
  }

  @Test
  void anInterruptCancelsTheTurn() {
    time.onWait = () -> Thread.currentThread().interrupt();
    assertThatThrownBy(
            () -> speaker.speak(source(audio(64_000)), request, Pacing.REAL_TIME, stop, ack -> {}))
        .isInstanceOf(InterruptedException.class);
    assertThat(sink.kinds()).isEqualTo("Begin Audio Cancel");
  }

  @Test
  void aLostRecordIsTheCallersToKnow() {
    sink.refuseFrom(3);
    assertThatThrownBy(() -> speakFast(audio(64_000)))
        .isInstanceOf(PublishException.class)
        .hasMessage("the broker is gone");
    assertThat(sink.kinds()).isEqualTo("Begin Audio Audio");
  }

  @Test
  void textIsBeginAndEnd() throws Exception {
    Spoken spoken = speaker.say(TurnRequest.text("kitchen", "what time is it?"));
    assertThat(sink.kinds()).isEqualTo("Begin End");
    assertThat(spoken.chunks()).isEmpty();
  }

  @Test
  void theHashOfAnyBeginningIsKnown() throws Exception {
    byte[] audio = audio(20_000);
    Spoken spoken = speakFast(audio);
    for (int length : new int[] {0, 1, 6400, 12_345, 20_000}) {
      assertThat(spoken.sha256OfFirst(length)).isEqualTo(sha256(Arrays.copyOf(audio, length)));
    }
    assertThatThrownBy(() -> spoken.sha256OfFirst(20_001))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Spoken speakFast(byte[] audio) throws Exception {
    return speaker.speak(source(audio), request, Pacing.FAST, stop, ack -> {});
  }

  private static AudioSource source(byte[] audio) {
    return AudioSource.raw(new ByteArrayInputStream(audio), "test");
  }

  private static String sha256(byte[] audio) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(audio));
  }

  private static byte[] audio(int length) {
    byte[] audio = new byte[length];
    new Random(5).nextBytes(audio);
    return audio;
  }
}
