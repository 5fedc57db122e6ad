package dev.parley.demo;

/** Audio made up for tests: 16 kHz, mono, 16 bit, little endian. */
final class Sounds {
  private Sounds() {}

  /** A tone of this many milliseconds. */
  static byte[] tone(int millis) {
    byte[] pcm = new byte[millis * 32];
    for (int i = 0; i < pcm.length / 2; i++) {
      short sample = (short) (8_000 * Math.sin(2 * Math.PI * 440 * i / 16_000));
      pcm[2 * i] = (byte) sample;
      pcm[2 * i + 1] = (byte) (sample >> 8);
    }
    return pcm;
  }
}
