package dev.parley.producer;

import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts a source's audio into chunks of 200 ms (C16): 6,400 bytes each but for the last, which is
 * shorter and even. For one thread.
 */
final class Chunks {
  /** 200 ms of audio. */
  static final int CHUNK_BYTES = AudioSource.BYTES_PER_SECOND / 5;

  private final AudioSource source;
  private long bytes;

  Chunks(AudioSource source) {
    this.source = source;
  }

  /**
   * The next chunk; the caller may keep it. A half sample at the end is dropped.
   *
   * @throws AudioException.TooLong when there is more than a turn may have
   */
  Optional<byte[]> next() throws AudioException {
    byte[] chunk = new byte[CHUNK_BYTES];
    int filled = 0;
    while (filled < CHUNK_BYTES) {
      int read = source.read(chunk, filled, CHUNK_BYTES - filled);
      if (read < 0) {
        break;
      }
      filled += read;
    }
    int whole = filled - filled % 2;
    bytes += whole;
    if (bytes > Turn.MAX_AUDIO_BYTES) {
      throw new AudioException.TooLong();
    }
    if (whole == 0) {
      return Optional.empty();
    }
    return Optional.of(whole == CHUNK_BYTES ? chunk : Arrays.copyOf(chunk, whole));
  }
}
