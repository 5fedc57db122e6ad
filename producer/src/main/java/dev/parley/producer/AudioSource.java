package dev.parley.producer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where a turn's audio comes from: a stream of PCM, 16 kHz, mono, 16 bit, little endian (C16),
 * whatever the form it is kept or recorded in. For one thread at a time.
 */
public interface AudioSource extends AutoCloseable {
  /** Samples in a second. */
  int SAMPLE_RATE = 16_000;

  /** Bytes in a second. */
  int BYTES_PER_SECOND = 2 * SAMPLE_RATE;

  /**
   * Reads audio, waiting until there is some.
   *
   * @param length how many bytes at most, from 1
   * @return how many bytes were read, from 1, not necessarily even; -1 at the end
   * @throws AudioException when the source breaks
   */
  int read(byte[] into, int offset, int length) throws AudioException;

  /** Lets go of the file, stream or microphone. */
  @Override
  void close() throws AudioException;

  /**
   * A WAV file: PCM of 8, 16, 24 or 32 bits, float, A-law or mu-law, 1 to 8 channels, 4 to 192 kHz.
   * Audio that is 16 kHz mono 16 bit already comes out byte for byte. A header that tells a length
   * of 0 or too great a one (streamed and truncated recordings) is tolerated.
   *
   * @throws AudioException when the file cannot be read, is no WAV, is empty, has no samples or a
   *     coding that cannot be converted
   */
  static AudioSource wav(Path file) throws AudioException {
    return wav(open(file), file.toString());
  }

  /**
   * A WAV as it arrives; the header is read at once. The source closes the stream, also when this
   * throws.
   *
   * @param name what messages call it
   * @throws AudioException as {@link #wav(Path)}
   */
  static AudioSource wav(InputStream in, String name) throws AudioException {
    try {
      return new StreamSource(WavStream.toPcm(in, name), name);
    } catch (IOException | AudioException | RuntimeException e) {
      try {
        in.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      if (e instanceof IOException io) {
        throw StreamSource.broken(name, io);
      }
      throw e instanceof AudioException audio
          ? audio
          : new AudioException(name + ": the audio cannot be converted to 16 kHz mono", e);
    }
  }

  /**
   * A file of PCM as it is sent: 16 kHz, mono, 16 bit, little endian, without any header.
   *
   * @throws AudioException when the file cannot be read or holds no sample
   */
  static AudioSource raw(Path file) throws AudioException {
    try {
      if (Files.isRegularFile(file) && Files.size(file) < 2) {
        throw new AudioException(file + ": no samples, the file is empty");
      }
    } catch (IOException e) {
      throw StreamSource.broken(file.toString(), e);
    }
    return raw(open(file), file.toString());
  }

  /**
   * PCM as it arrives: 16 kHz, mono, 16 bit, little endian. The source closes the stream.
   *
   * @param name what messages call it
   */
  static AudioSource raw(InputStream in, String name) {
    return new StreamSource(in, name);
  }

  /**
   * The machine's microphone, recording from now on until it is closed.
   *
   * @throws AudioException when there is none, or it is another's
   */
  static AudioSource microphone() throws AudioException {
    return Microphone.open();
  }

  private static InputStream open(Path file) throws AudioException {
    if (Files.isDirectory(file)) {
      throw new AudioException(file + ": a folder, not a file");
    }
    try {
      return Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw new AudioException(file + ": no such file", e);
    } catch (AccessDeniedException e) {
      throw new AudioException(file + ": not readable, permission denied", e);
    } catch (IOException e) {
      throw StreamSource.broken(file.toString(), e);
    }
  }
}
