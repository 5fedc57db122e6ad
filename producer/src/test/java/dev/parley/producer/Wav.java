package dev.parley.producer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.IntToDoubleFunction;

/** Writes WAVs of every kind, and looks at what came out. */
final class Wav {
  static final int PCM = 1;
  static final int FLOAT = 3;
  static final int A_LAW = 6;
  static final int MU_LAW = 7;

  private Wav() {}

  /** What a sine of this frequency is worth at each sample, at half the full scale. */
  static IntToDoubleFunction tone(double hertz, int rate) {
    return i -> 0.5 * Math.sin(2 * Math.PI * hertz * i / rate);
  }

  /** Samples of one coding, the same on every channel. */
  static byte[] samples(
      int coding, int bits, int channels, int frames, IntToDoubleFunction signal) {
    ByteBuffer out =
        ByteBuffer.allocate(frames * channels * bits / 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < frames; i++) {
      for (int c = 0; c < channels; c++) {
        put(out, coding, bits, signal.applyAsDouble(i));
      }
    }
    return out.array();
  }

  private static void put(ByteBuffer out, int coding, int bits, double value) {
    switch (coding * 100 + bits) {
      case 108 -> out.put((byte) Math.round(value * 127 + 128));
      case 116 -> out.putShort((short) Math.round(value * 32767));
      case 124 -> {
        int v = (int) Math.round(value * 8_388_607);
        out.put((byte) v).put((byte) (v >> 8)).put((byte) (v >> 16));
      }
      case 132 -> out.putInt((int) Math.round(value * Integer.MAX_VALUE));
      case 332 -> out.putFloat((float) value);
      case 364 -> out.putDouble(value);
      case 608 -> out.put(aLaw((int) Math.round(value * 32767)));
      case 708 -> out.put(muLaw((int) Math.round(value * 32767)));
      default -> throw new IllegalArgumentException(coding + "/" + bits);
    }
  }

  /** G.711 mu-law, from its definition. */
  private static byte muLaw(int sample) {
    int sign = sample < 0 ? 0x80 : 0;
    int magnitude = Math.min(Math.abs(sample), 32635) + 132;
    int exponent = 7 - Math.max(0, Integer.numberOfLeadingZeros(magnitude) - 17);
    int mantissa = (magnitude >> (exponent + 3)) & 0x0F;
    return (byte) ~(sign | (exponent << 4) | mantissa);
  }

  /** G.711 A-law, from its definition. */
  private static byte aLaw(int sample) {
    int sign = sample >= 0 ? 0x80 : 0;
    int magnitude = Math.min(Math.abs(sample), 32767) >> 3;
    int exponent = magnitude < 32 ? 0 : 27 - Integer.numberOfLeadingZeros(magnitude);
    int mantissa = (exponent < 2 ? magnitude >> 1 : magnitude >> exponent) & 0x0F;
    return (byte) ((sign | (exponent << 4) | mantissa) ^ 0x55);
  }

  /** A WAV whose header tells the truth. */
  static byte[] file(int coding, int rate, int bits, int channels, byte[] samples) {
    return file(format(coding, rate, bits, channels), samples, samples.length, 36 + samples.length);
  }

  /** A WAV whose header tells these lengths. */
  static byte[] file(byte[] format, byte[] samples, long dataBytes, long riffBytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head("RIFF", riffBytes));
    out.writeBytes("WAVE".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(chunk("fmt ", format));
    out.writeBytes(head("data", dataBytes));
    out.writeBytes(samples);
    return out.toByteArray();
  }

  static byte[] format(int coding, int rate, int bits, int channels) {
    int frame = channels * bits / 8;
    return ByteBuffer.allocate(16)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) coding)
        .putShort((short) channels)
        .putInt(rate)
        .putInt(rate * frame)
        .putShort((short) frame)
        .putShort((short) bits)
        .array();
  }

  /** WAVE_FORMAT_EXTENSIBLE of this coding. */
  static byte[] extensible(int coding, int rate, int bits, int channels) {
    return ByteBuffer.allocate(40)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(format(0xFFFE, rate, bits, channels))
        .putShort((short) 22)
        .putShort((short) bits)
        .putInt(0)
        .putShort((short) coding)
        .put(new byte[] {0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xAA, 0, 0x38})
        .put(new byte[] {(byte) 0x9B, 0x71})
        .array();
  }

  static byte[] chunk(String id, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head(id, body.length));
    out.writeBytes(body);
    if (body.length % 2 == 1) {
      out.write(0);
    }
    return out.toByteArray();
  }

  private static byte[] head(String id, long size) {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(id.getBytes(StandardCharsets.US_ASCII))
        .putInt((int) size)
        .array();
  }

  /** Everything a source gives. */
  static byte[] readAll(AudioSource source) throws AudioException {
    try (source) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] buffer = new byte[1000];
      for (int n = source.read(buffer, 0, 1000); n >= 0; n = source.read(buffer, 0, 1000)) {
        all.write(buffer, 0, n);
      }
      return all.toByteArray();
    }
  }

  /** How much of this frequency is in 16 kHz PCM, as an amplitude of 0 to 1. */
  static double amplitude(byte[] pcm, double hertz) {
    ByteBuffer in = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
    int frames = pcm.length / 2;
    double re = 0;
    double im = 0;
    for (int i = 0; i < frames; i++) {
      double value = in.getShort(2 * i) / 32768.0;
      re += value * Math.cos(2 * Math.PI * hertz * i / 16_000);
      im += value * Math.sin(2 * Math.PI * hertz * i / 16_000);
    }
    return 2 * Math.hypot(re, im) / frames;
  }

  /** The amplitude of a sine as loud as this PCM. */
  static double loudness(byte[] pcm) {
    ByteBuffer in = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
    double sum = 0;
    for (int i = 0; i < pcm.length / 2; i++) {
      double value = in.getShort(2 * i) / 32768.0;
      sum += value * value;
    }
    return Math.sqrt(2 * sum / (pcm.length / 2.0));
  }
}
