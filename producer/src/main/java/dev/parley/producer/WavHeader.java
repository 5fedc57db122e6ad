package dev.parley.producer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;

/**
 * What stands before the samples of a RIFF WAVE, read from a stream that may still be arriving.
 *
 * <pre>
 * "RIFF" size "WAVE"  { id size body [pad to even] }*  "data" size samples...
 * </pre>
 *
 * @param format the samples' form
 * @param dataBytes how many bytes of samples the header announces, at least 1; {@link #TO_THE_END}
 *     when it does not know. There may be fewer.
 */
record WavHeader(AudioFormat format, long dataBytes) {
  static final long TO_THE_END = Long.MAX_VALUE;

  private static final int MAX_CHANNELS = 8;
  private static final int MAX_FORMAT_BYTES = 1024;
  private static final long UNKNOWN = 0xFFFF_FFFFL;
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int A_LAW = 6;
  private static final int MU_LAW = 7;
  private static final int EXTENSIBLE = 0xFFFE;

  /** What follows the coding's number in the sub-format of WAVE_FORMAT_EXTENSIBLE. */
  private static final byte[] GUID_TAIL = {
    0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xAA, 0, 0x38, (byte) 0x9B, 0x71
  };

  /** Reads as far as the first sample. */
  static WavHeader read(InputStream in, String name) throws IOException, AudioException {
    byte[] riff = in.readNBytes(12);
    if (riff.length == 0) {
      throw new AudioException(name + ": empty, not a WAV");
    }
    // RF64 is RIFF for more than 4 GiB, which says "unknown" where RIFF has its lengths.
    if (riff.length < 12
        || !(id(riff, 0).equals("RIFF") || id(riff, 0).equals("RF64"))
        || !id(riff, 8).equals("WAVE")) {
      throw new AudioException(name + ": not a WAV (it does not begin with RIFF and WAVE)");
    }
    long riffBytes = unsigned(riff, 4);
    long position = 12;
    AudioFormat format = null;
    while (true) {
      byte[] chunk = in.readNBytes(8);
      if (chunk.length < 8) {
        throw new AudioException(
            name + (format == null ? ": a WAV without a format" : ": no samples in this WAV"));
      }
      position += 8;
      long size = unsigned(chunk, 4);
      switch (id(chunk, 0)) {
        case "fmt " -> format = format(in, size, name);
        case "data" -> {
          if (format == null) {
            throw new AudioException(name + ": a WAV whose samples come before their format");
          }
          if (size == UNKNOWN || (size == 0 && isUnfinished(riffBytes, position))) {
            return new WavHeader(format, TO_THE_END);
          }
          if (size > 0) {
            return new WavHeader(format, size);
          }
        }
        default -> skip(in, size);
      }
      skip(in, size & 1);
      position += size + (size & 1);
    }
  }

  /** Whether the writer never came back to fill in the lengths: nothing follows by its account. */
  private static boolean isUnfinished(long riffBytes, long position) {
    return riffBytes == 0 || riffBytes == position - 8 || riffBytes >= Integer.MAX_VALUE;
  }

  private static AudioFormat format(InputStream in, long size, String name)
      throws IOException, AudioException {
    if (size < 16 || size > MAX_FORMAT_BYTES) {
      throw new AudioException(name + ": a WAV with a format of " + size + " bytes");
    }
    byte[] body = in.readNBytes((int) size);
    if (body.length < size) {
      throw new AudioException(name + ": a WAV that ends within its header");
    }
    ByteBuffer fields = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
    int coding = fields.getShort(0) & 0xFFFF;
    int channels = fields.getShort(2) & 0xFFFF;
    long rate = unsigned(body, 4);
    int frameBytes = fields.getShort(12) & 0xFFFF;
    int bits = fields.getShort(14) & 0xFFFF;
    if (coding == EXTENSIBLE
        && size >= 40
        && Arrays.equals(Arrays.copyOfRange(body, 26, 40), GUID_TAIL)) {
      coding = fields.getShort(24) & 0xFFFF;
    }
    if (channels < 1 || channels > MAX_CHANNELS) {
      throw new AudioException(
          name + ": " + channels + " channels; 1 to " + MAX_CHANNELS + " can be converted");
    }
    if (rate < 4_000 || rate > 192_000) {
      throw new AudioException(name + ": " + rate + " Hz; 4,000 to 192,000 can be converted");
    }
    Encoding encoding = encoding(coding, bits, name);
    if (frameBytes != channels * bits / 8) {
      throw new AudioException(
          name
              + ": "
              + channels
              + " channels of "
              + bits
              + " bits do not make frames of "
              + frameBytes
              + " bytes");
    }
    return new AudioFormat(encoding, rate, bits, channels, frameBytes, rate, false);
  }

  private static Encoding encoding(int coding, int bits, String name) throws AudioException {
    if (coding == PCM && bits == 8) {
      return Encoding.PCM_UNSIGNED;
    }
    if (coding == PCM && (bits == 16 || bits == 24 || bits == 32)) {
      return Encoding.PCM_SIGNED;
    }
    if (coding == FLOAT && (bits == 32 || bits == 64)) {
      return Encoding.PCM_FLOAT;
    }
    if (coding == A_LAW && bits == 8) {
      return Encoding.ALAW;
    }
    if (coding == MU_LAW && bits == 8) {
      return Encoding.ULAW;
    }
    throw new AudioException(
        String.format(
            Locale.ROOT,
            "%s: coding 0x%04X with %d bits cannot be converted; PCM of 8, 16, 24 or 32 bits,"
                + " float of 32 or 64, A-law and mu-law can",
            name,
            coding,
            bits));
  }

  private static void skip(InputStream in, long bytes) throws IOException {
    byte[] passed = new byte[(int) Math.min(bytes, 8192)];
    long left = bytes;
    while (left > 0) {
      int read = in.read(passed, 0, (int) Math.min(left, passed.length));
      if (read < 0) {
        return;
      }
      left -= read;
    }
  }

  private static String id(byte[] bytes, int at) {
    return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
  }

  private static long unsigned(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at) & 0xFFFF_FFFFL;
  }
}
