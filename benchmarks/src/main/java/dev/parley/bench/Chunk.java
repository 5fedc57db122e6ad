package dev.parley.bench;

import java.nio.ByteBuffer;

/**
 * A chunk of 200 ms of PCM that tells who it is, in the place of its first samples:
 *
 * <pre>
 *   8 bytes when it was due (System.nanoTime, which all processes of a machine share)
 *   4 bytes the dialog's number, 4 bytes the chunk's within the dialog, from 0
 *   6,384 bytes of silence
 * </pre>
 */
final class Chunk {
  static final int BYTES = 6_400;
  static final int HEAD_BYTES = 16;
  static final long NANOS = 200_000_000;

  private Chunk() {}

  static byte[] of(long dueNanos, int dialog, int seq) {
    byte[] pcm = new byte[BYTES];
    ByteBuffer.wrap(pcm).putLong(dueNanos).putInt(dialog).putInt(seq);
    return pcm;
  }
}
