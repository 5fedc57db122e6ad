package dev.parley.trials.chaos;

import java.util.HexFormat;

/**
 * Hashes of a turn's audio up to each boundary between chunks, that of nothing first. Of each
 * SHA-256 the first eight bytes are kept: a run has tens of thousands of turns, and none that is
 * made to collide.
 */
final class Prefixes {
  private static final int KEPT_DIGITS = 16;

  private final int chunk;
  private final long[] hashes;

  /**
   * Takes what {@link #shortened} gave.
   *
   * @param chunk bytes of a chunk
   */
  Prefixes(int chunk, long... hashes) {
    this.chunk = chunk;
    this.hashes = hashes.clone();
  }

  /** What is kept of a SHA-256 in hex. */
  static long shortened(String sha256) {
    return HexFormat.fromHexDigitsToLong(sha256, 0, KEPT_DIGITS);
  }

  /** Whether so much audio ends between two chunks. */
  boolean isBoundary(long bytes) {
    return bytes % chunk == 0 && bytes / chunk < hashes.length;
  }

  /** The last boundary that so much audio has reached, in bytes. */
  long boundary(long bytes) {
    return bytes - bytes % chunk;
  }

  /** How much audio there is. */
  long bytes() {
    return (long) chunk * (hashes.length - 1);
  }

  /** Whether audio of this hash is the first so many bytes of the turn's. */
  boolean isBeginning(long bytes, String sha256) {
    return isBoundary(bytes) && hashes[Math.toIntExact(bytes / chunk)] == shortened(sha256);
  }
}
