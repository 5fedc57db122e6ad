package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What has come of an upload is known by its hash at the last boundary between chunks. */
final class ChunkedHashTest {
  private static String sha256(byte[] bytes, int length) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(Arrays.copyOf(bytes, length));
    return HexFormat.of().formatHex(hash);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6_399, 6_400, 6_401, 12_800, 50_000})
  void howeverItIsCutAllOfItAndItsWholeChunksAreHashed(int length) throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] audio = new byte[length];
    random.nextBytes(audio);
    ChunkedHash hash = new ChunkedHash();
    for (int at = 0; at < length; ) {
      int step = Math.min(length - at, random.nextInt(1, 20_000));
      hash.update(audio, at, step);
      at += step;
    }
    assertThat(hash.all()).as("seed %d", seed).isEqualTo(sha256(audio, length));
    assertThat(hash.chunks()).as("seed %d", seed).isEqualTo(sha256(audio, length / 6_400 * 6_400));
    assertThat(hash.all()).as("asked again").isEqualTo(sha256(audio, length));
  }
}
