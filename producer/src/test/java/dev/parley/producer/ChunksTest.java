package dev.parley.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunksTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1, 0, 0",
    "2, 1, 2",
    "6399, 1, 6398",
    "6400, 1, 6400",
    "6401, 1, 6400",
    "6402, 2, 2",
    "64000, 10, 6400",
    "64001, 10, 6400",
  })
  void chunksAreFullButForTheLastWhichIsEven(int length, int count, int last) throws Exception {
    List<byte[]> chunks = cut(audio(length), 1_000_000);

    assertThat(chunks).hasSize(count);
    for (int i = 0; i < count; i++) {
      assertThat(chunks.get(i)).hasSize(i < count - 1 ? 6400 : last);
    }
  }

  @Test
  void audioArrivingInOddPiecesIsNotDisturbed() throws Exception {
    byte[] audio = audio(100_000);
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    cut(audio, 777).forEach(joined::writeBytes);
    assertThat(joined.toByteArray()).isEqualTo(audio);
  }

  @Test
  void moreThanATurnMayHaveIsRefused() throws Exception {
    assertThat(cut(audio(Turn.MAX_AUDIO_BYTES), 1_000_000)).hasSize(328);
    assertThatThrownBy(() -> cut(audio(Turn.MAX_AUDIO_BYTES + 2), 1_000_000))
        .isInstanceOf(AudioException.TooLong.class)
        .hasMessageContaining("65 s");
  }

  private static List<byte[]> cut(byte[] audio, int most) throws AudioException {
    InputStream in =
        new ByteArrayInputStream(audio) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, most));
          }
        };
    Chunks chunks = new Chunks(AudioSource.raw(in, "test"));
    List<byte[]> all = new ArrayList<>();
    for (Optional<byte[]> c = chunks.next(); c.isPresent(); c = chunks.next()) {
      all.add(c.get());
    }
    return all;
  }

  private static byte[] audio(int length) {
    byte[] audio = new byte[length];
    new Random(3).nextBytes(audio);
    return audio;
  }
}
