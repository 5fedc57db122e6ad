package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EndOfSpeechTest {
  private static final int SECOND = 16_000;

  @Test
  void audioThatEndsWithItsLastWordHasNoEnd() throws IOException {
    for (Recording recording : Recording.all()) {
      short[] spoken =
          Arrays.copyOf(
              recording.samples(),
              Math.min(recording.samples().length, recording.endMillis() * 16));
      EndOfSpeech listener = new EndOfSpeech(StandInConfig.DEFAULT_HANGOVER);
      byte[] pcm = Pcm.bytes(spoken);
      assertThat(listener.accept(pcm, 0, pcm.length)).as(recording.name()).isFalse();
      assertThat(listener.foundAtSample()).isEqualTo(-1);
    }
  }

  @Test
  void silenceAndSteadyNoiseAreNoSpeech() {
    EndOfSpeech silent = new EndOfSpeech(StandInConfig.DEFAULT_HANGOVER);
    assertThat(silent.accept(new byte[20 * SECOND], 0, 20 * SECOND)).isFalse();

    Random random = new Random(1);
    short[] noise = new short[10 * SECOND];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (short) (1_000 * random.nextGaussian());
    }
    byte[] pcm = Pcm.bytes(noise);
    assertThat(new EndOfSpeech(StandInConfig.DEFAULT_HANGOVER).accept(pcm, 0, pcm.length))
        .isFalse();
  }

  @Test
  void aClickIsNoSpeech() {
    short[] click = new short[3 * SECOND];
    Arrays.fill(click, SECOND, SECOND + 160, (short) 20_000);
    byte[] pcm = Pcm.bytes(click);
    assertThat(new EndOfSpeech(StandInConfig.DEFAULT_HANGOVER).accept(pcm, 0, pcm.length))
        .isFalse();
  }

  @Test
  void theEndIsTheSameHoweverTheBytesAreCut() throws IOException {
    byte[] pcm = withSilence(Recording.named("weather.wav"), 2 * SECOND);
    EndOfSpeech whole = new EndOfSpeech(StandInConfig.DEFAULT_HANGOVER);
    assertThat(whole.accept(pcm, 0, pcm.length)).isTrue();
    for (int size : List.of(1, 7, 320, 6_400, 6_401)) {
      EndOfSpeech cut = new EndOfSpeech(StandInConfig.DEFAULT_HANGOVER);
      int found = 0;
      for (int at = 0; at < pcm.length; at += size) {
        found += cut.accept(pcm, at, Math.min(size, pcm.length - at)) ? 1 : 0;
      }
      assertThat(found).as("pieces of %d bytes", size).isEqualTo(1);
      assertThat(cut.foundAtSample()).isEqualTo(whole.foundAtSample());
    }
  }

  @Test
  void theHangoverMovesTheEnd() throws IOException {
    byte[] pcm = withSilence(Recording.named("weather.wav"), 2 * SECOND);
    List<Long> ends = new ArrayList<>();
    for (int millis : List.of(400, 700, 1_000)) {
      EndOfSpeech listener = new EndOfSpeech(Duration.ofMillis(millis));
      assertThat(listener.accept(pcm, 0, pcm.length)).isTrue();
      ends.add(listener.foundAtSample());
    }
    assertThat(ends.get(1) - ends.get(0)).isEqualTo(300 * 16);
    assertThat(ends.get(2) - ends.get(1)).isEqualTo(300 * 16);
  }

  private static byte[] withSilence(Recording recording, int samples) {
    return Pcm.bytes(Arrays.copyOf(recording.samples(), recording.samples().length + samples));
  }
}
