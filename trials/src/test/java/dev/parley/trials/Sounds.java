package dev.parley.trials;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Audio made up for tests: 16 kHz, mono, 16 bit, little endian. */
final class Sounds {
  private Sounds() {}

  /** A tone of this many milliseconds. */
  static byte[] tone(int millis) {
    return tone(millis, 440);
  }

  /** A tone of this pitch. */
  static byte[] tone(int millis, int hertz) {
    byte[] pcm = new byte[millis * 32];
    for (int i = 0; i < pcm.length / 2; i++) {
      short sample = (short) (8_000 * Math.sin(2 * Math.PI * hertz * i / 16_000));
      pcm[2 * i] = (byte) sample;
      pcm[2 * i + 1] = (byte) (sample >> 8);
    }
    return pcm;
  }

  static String sha256(byte[]... pieces) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] piece : pieces) {
        digest.update(piece);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
