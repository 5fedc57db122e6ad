package dev.parley.standin;

/** Samples as they travel: 16 bit, little endian. */
final class Pcm {
  private Pcm() {}

  static byte[] bytes(short[] samples) {
    byte[] bytes = new byte[samples.length * 2];
    for (int i = 0; i < samples.length; i++) {
      bytes[2 * i] = (byte) samples[i];
      bytes[2 * i + 1] = (byte) (samples[i] >> 8);
    }
    return bytes;
  }
}
