package dev.parley.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WavSourceTest {
  private static final long ALL_ONES = 0xFFFF_FFFFL;

  @ParameterizedTest
  @CsvSource({
    "1, 8000, 8, 1",
    "1, 8000, 16, 1",
    "1, 11025, 16, 2",
    "1, 16000, 8, 1",
    "1, 16000, 16, 2",
    "1, 16000, 24, 1",
    "1, 22050, 16, 1",
    "1, 44100, 16, 2",
    "1, 44100, 24, 2",
    "1, 44100, 32, 1",
    "1, 48000, 16, 6",
    "1, 48000, 32, 2",
    "1, 96000, 24, 2",
    "3, 16000, 32, 1",
    "3, 48000, 32, 2",
    "3, 44100, 64, 1",
    "6, 8000, 8, 1",
    "6, 16000, 8, 2",
    "7, 8000, 8, 1",
    "7, 44100, 8, 2",
  })
  void aToneKeepsItsPitchLengthAndLoudness(int coding, int rate, int bits, int channels)
      throws AudioException {
    byte[] samples = Wav.samples(coding, bits, channels, rate, Wav.tone(1000, rate));

    byte[] pcm = read(Wav.file(coding, rate, bits, channels, samples));

    assertThat(pcm.length / 32_000.0).isCloseTo(1.0, within(0.005));
    assertThat(Wav.amplitude(pcm, 1000)).isCloseTo(0.5, within(0.02));
    assertThat(Wav.loudness(pcm)).as("nothing but the tone").isCloseTo(0.5, within(0.02));
  }

  @ParameterizedTest
  @ValueSource(ints = {22_050, 44_100, 48_000, 96_000})
  void whatLiesAboveEightKilohertzIsNotFoldedIntoTheSpeech(int rate) throws AudioException {
    byte[] samples = Wav.samples(Wav.PCM, 16, 1, rate, Wav.tone(10_000, rate));

    byte[] pcm = read(Wav.file(Wav.PCM, rate, 16, 1, samples));

    assertThat(Wav.loudness(pcm)).isLessThan(0.02);
  }

  @Test
  void audioInTheRightFormComesOutByteForByte() throws AudioException {
    byte[] samples = noise(12_345 * 2);
    assertThat(read(Wav.file(Wav.PCM, 16_000, 16, 1, samples))).isEqualTo(samples);
  }

  @Test
  void audioThatDribblesInIsConvertedLikeAudioThatIsThereAtOnce() throws AudioException {
    byte[] wav =
        Wav.file(
            Wav.PCM, 44_100, 24, 2, Wav.samples(Wav.PCM, 24, 2, 20_000, Wav.tone(440, 44_100)));
    Random lengths = new Random(7);
    InputStream dribble =
        new ByteArrayInputStream(wav) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, 1 + lengths.nextInt(50)));
          }
        };

    assertThat(Wav.readAll(AudioSource.wav(dribble, "dribble"))).isEqualTo(read(wav));
  }

  @ParameterizedTest
  @CsvSource({"0xFFFFFFFF, 0xFFFFFFFF", "0, 0", "0, 36", "0x7FFFFFFF, 0x7FFFFFFF", "5000, 5036"})
  void aHeaderThatDoesNotKnowItsLengthIsReadToTheEnd(String data, String riff)
      throws AudioException {
    byte[] samples = noise(5000);
    byte[] format = Wav.format(Wav.PCM, 16_000, 16, 1);

    assertThat(read(Wav.file(format, samples, Long.decode(data), Long.decode(riff))))
        .isEqualTo(samples);
  }

  @Test
  void aTruncatedFileGivesWhatIsThere() throws AudioException {
    byte[] samples = noise(5000);
    byte[] format = Wav.format(Wav.PCM, 16_000, 16, 1);
    assertThat(read(Wav.file(format, samples, 9000, 9036))).isEqualTo(samples);
  }

  @ParameterizedTest
  @CsvSource({"16, 1, 1", "24, 2, 1", "24, 2, 5", "16, 2, 3"})
  void aFrameThatIsCutOffIsDropped(int bits, int channels, int extra) throws AudioException {
    byte[] samples = Wav.samples(Wav.PCM, bits, channels, 16_000, Wav.tone(1000, 16_000));
    byte[] cut = Arrays.copyOf(samples, samples.length + extra);

    byte[] pcm = read(Wav.file(Wav.PCM, 16_000, bits, channels, cut));

    assertThat(pcm).isEqualTo(read(Wav.file(Wav.PCM, 16_000, bits, channels, samples)));
    assertThat(pcm.length % 2).isZero();
  }

  @Test
  void whatStandsRoundTheSamplesIsPassedOver() throws AudioException {
    byte[] samples = noise(3200);
    ByteArrayOutputStream wav = new ByteArrayOutputStream();
    wav.writeBytes("RIFF\0\1\0\0WAVE".getBytes(StandardCharsets.ISO_8859_1));
    wav.writeBytes(Wav.chunk("LIST", "INFO of odd length.".getBytes(StandardCharsets.US_ASCII)));
    wav.writeBytes(Wav.chunk("fmt ", Wav.format(Wav.PCM, 16_000, 16, 1)));
    wav.writeBytes(Wav.chunk("fact", new byte[4]));
    wav.writeBytes(Wav.chunk("data", samples));
    wav.writeBytes(Wav.chunk("LIST", new byte[500]));

    assertThat(read(wav.toByteArray())).isEqualTo(samples);
  }

  @Test
  void anExtensibleFormatIsReadThrough() throws AudioException {
    byte[] samples = noise(3200);
    byte[] wav =
        Wav.file(Wav.extensible(Wav.PCM, 16_000, 16, 1), samples, samples.length, 60 + 3200);
    assertThat(read(wav)).isEqualTo(samples);

    byte[] floats = Wav.samples(Wav.FLOAT, 32, 2, 48_000, Wav.tone(1000, 48_000));
    byte[] pcm = read(Wav.file(Wav.extensible(Wav.FLOAT, 48_000, 32, 2), floats, ALL_ONES, 0));
    assertThat(Wav.amplitude(pcm, 1000)).isCloseTo(0.5, within(0.02));
  }

  @Test
  void theFirstChunkIsThereBeforeTheRestOfTheStream() throws AudioException {
    byte[] wav = Wav.file(Wav.PCM, 48_000, 16, 2, noise(48_000 * 4));
    int[] taken = {0};
    InputStream counting =
        new ByteArrayInputStream(wav) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            int read = super.read(into, offset, length);
            taken[0] += read;
            return read;
          }
        };
    Chunks chunks = new Chunks(AudioSource.wav(counting, "stream"));

    assertThat(chunks.next().orElseThrow()).hasSize(6400);
    assertThat(taken[0]).as("200 ms is 38,400 bytes of it").isBetween(38_400, 48_000);
  }

  @Test
  void whatIsNoWavIsRefusedInOneSentence(@TempDir Path folder) throws IOException {
    byte[] none = new byte[0];
    byte[] format = Wav.format(Wav.PCM, 16_000, 16, 1);
    assertRefused(none, "empty, not a WAV");
    assertRefused("ID3 this is a song".getBytes(StandardCharsets.US_ASCII), "not a WAV");
    assertRefused("RIFF".getBytes(StandardCharsets.US_ASCII), "not a WAV");
    assertRefused(Wav.file(format, none, 0, 36), "no samples");
    assertRefused(Wav.file(format, none, 5000, 5036), "no samples");
    assertRefused(Wav.file(format, Wav.chunk("LIST", new byte[8]), 0, 52), "no samples");
    assertRefused(Arrays.copyOf(Wav.file(format, none, 0, 36), 36), "no samples");
    assertRefused(Arrays.copyOf(Wav.file(format, none, 0, 36), 12), "without a format");
    assertRefused(Arrays.copyOf(Wav.file(format, none, 0, 36), 30), "ends within its header");
    assertRefused(Wav.file(0x55, 16_000, 16, 1, new byte[4]), "coding 0x0055");
    assertRefused(Wav.file(Wav.PCM, 16_000, 12, 2, new byte[6]), "with 12 bits");
    assertRefused(Wav.file(Wav.PCM, 16_000, 16, 9, new byte[18]), "9 channels; 1 to 8");
    assertRefused(Wav.file(Wav.PCM, 16_000, 16, 0, new byte[18]), "0 channels");
    assertRefused(Wav.file(Wav.PCM, 0, 16, 1, new byte[18]), "0 Hz");

    assertThatThrownBy(() -> AudioSource.wav(folder)).hasMessageEndingWith("a folder, not a file");
    assertThatThrownBy(() -> AudioSource.wav(folder.resolve("none.wav")))
        .isInstanceOf(AudioException.class)
        .hasMessageEndingWith("none.wav: no such file");
  }

  @Test
  void aRefusedStreamIsClosed() {
    boolean[] closed = {false};
    InputStream song =
        new ByteArrayInputStream("a song, no doubt".getBytes(StandardCharsets.US_ASCII)) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    assertThatThrownBy(() -> AudioSource.wav(song, "song")).isInstanceOf(AudioException.class);
    assertThat(closed[0]).isTrue();
  }

  @Test
  void aStreamThatBreaksSaysSo() throws AudioException {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            return read();
          }
        };
    assertThatThrownBy(() -> AudioSource.wav(broken, "the request"))
        .isInstanceOf(AudioException.class)
        .hasMessage("the request: reading failed: connection reset");
    assertThatThrownBy(() -> Wav.readAll(AudioSource.raw(broken, "the request")))
        .isInstanceOf(AudioException.class)
        .hasMessage("the request: reading failed: connection reset");
  }

  @Test
  void aRawFileIsGivenAsItIs(@TempDir Path folder) throws Exception {
    byte[] samples = noise(9000);
    Path file = Files.write(folder.resolve("a.pcm"), samples);
    assertThat(Wav.readAll(AudioSource.raw(file))).isEqualTo(samples);

    Path empty = Files.write(folder.resolve("empty.pcm"), new byte[0]);
    assertThatThrownBy(() -> AudioSource.raw(empty)).hasMessageContaining("no samples");
    assertThatThrownBy(() -> AudioSource.raw(folder)).hasMessageContaining("a folder");
  }

  private static void assertRefused(byte[] wav, String message) {
    assertThatThrownBy(() -> read(wav))
        .isInstanceOf(AudioException.class)
        .hasMessageStartingWith("test.wav: ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private static byte[] read(byte[] wav) throws AudioException {
    return Wav.readAll(AudioSource.wav(new ByteArrayInputStream(wav), "test.wav"));
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    new Random(1).nextBytes(noise);
    return noise;
  }
}
