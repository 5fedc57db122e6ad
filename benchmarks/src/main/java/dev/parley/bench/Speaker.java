package dev.parley.bench;

import java.util.SplittableRandom;

/**
 * When somebody speaks: dialogs of 3 to 8 s, one after the other without a pause, a chunk every 200
 * ms from a random phase on. The same seed and number speak the same, whoever carries it. One
 * thread.
 */
final class Speaker {
  private static final int MIN_CHUNKS = 15;
  private static final int MAX_CHUNKS = 40;

  private final SplittableRandom random;
  private final long phaseNanos;
  private boolean spoken;

  /**
   * A speaker.
   *
   * @param rampNanos they do not all begin at once, but within this time
   */
  Speaker(long seed, int number, long rampNanos) {
    this.random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
    this.phaseNanos = random.nextLong(Math.max(Chunk.NANOS, rampNanos));
  }

  /** How long after the start its first chunk is due. */
  long phaseNanos() {
    return phaseNanos;
  }

  /** The length of the next dialog, in chunks; the first is cut so that not all end together. */
  int nextLength() {
    int chunks = random.nextInt(MIN_CHUNKS, MAX_CHUNKS + 1);
    if (spoken) {
      return chunks;
    }
    spoken = true;
    return random.nextInt(1, chunks + 1);
  }
}
