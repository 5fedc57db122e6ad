package dev.parley.standin;

import java.time.Duration;

/**
 * Finds the end of speech in 16 kHz mono 16-bit PCM, in sample time: how fast the samples come
 * makes no difference.
 *
 * <p>The end is found when speech was heard and then {@code hangover} has passed without any.
 * Pauses shorter than that end nothing; audio that stops with its last word never has an end. After
 * the end has been found the rest is ignored.
 *
 * <p>Each 10 ms frame has a level (in dB, above the rumble below 160 Hz). Two levels are followed:
 * the noise floor, which falls quickly and rises slowly, and the speech peak, which rises quickly
 * and falls slowly. A frame is loud if it is above a line between the two; speech is several loud
 * frames together, so that a click is none. RATIONALE.md has the reasons.
 *
 * <p>Not safe for use by several threads.
 */
final class EndOfSpeech {
  private static final int FRAME = 160;
  private static final int FRAMES_A_SECOND = 100;

  /** How many of the last {@link #WINDOW} frames must be loud to be speech. */
  private static final int LOUD = 6;

  private static final int WINDOW = 10;
  private static final double SMOOTHING = 0.4;
  private static final double FLOOR_RISE = 2.0 / FRAMES_A_SECOND;
  private static final double PEAK_FALL = 1.0 / FRAMES_A_SECOND;

  /** Where the line lies between floor and peak. */
  private static final double LINE = 0.42;

  private static final double LEAST_ABOVE_FLOOR = 4;
  private static final double LEAST_RANGE = 8;

  /** The quietest floor that is believed: an rms of 4 of 32,768; digital silence has none. */
  private static final double QUIETEST = 12;

  private final int hangoverFrames;

  private int low;
  private long energy;
  private int inFrame;
  private int oddByte = -1;

  private long frames;
  private double level = Double.NaN;
  private double floor;
  private double peak;
  private int recent;
  private boolean heard;
  private long lastSpeech;
  private long end = -1;

  EndOfSpeech(Duration hangover) {
    this.hangoverFrames = Math.toIntExact(hangover.toMillis() / 10);
  }

  /**
   * Takes the next bytes (little endian; a sample may be split between calls).
   *
   * @return true if the end of speech was found among these bytes; at most once
   */
  boolean accept(byte[] pcm, int from, int length) {
    if (end >= 0) {
      return false;
    }
    int at = from;
    int to = from + length;
    if (oddByte >= 0 && at < to) {
      sample((short) (oddByte | (pcm[at++] << 8)));
      oddByte = -1;
    }
    for (; at + 1 < to; at += 2) {
      sample((short) ((pcm[at] & 0xff) | (pcm[at + 1] << 8)));
    }
    if (at < to) {
      oddByte = pcm[at] & 0xff;
    }
    return end >= 0;
  }

  /** The sample at which the end was found (not the one where speech ended), or -1. */
  long foundAtSample() {
    return end;
  }

  private void sample(int value) {
    // One-pole high-pass at about 160 Hz: away with hum, rumble and any offset. The low-pass has 8
    // extra bits.
    low += (value * 256 - low) >> 4;
    long high = (long) value - (low >> 8);
    energy += high * high;
    if (++inFrame == FRAME) {
      frame(energy / FRAME);
      energy = 0;
      inFrame = 0;
    }
  }

  private void frame(long power) {
    double now = Math.max(QUIETEST, 10 * Math.log10(power + 1.0));
    frames++;
    if (Double.isNaN(level)) {
      level = now;
      floor = now;
      peak = now;
    }
    level += SMOOTHING * (now - level);
    floor = Math.min(level, floor + FLOOR_RISE);
    peak = Math.max(level, peak - PEAK_FALL);
    double range = peak - floor;
    boolean loud =
        range >= LEAST_RANGE && level > floor + Math.max(LEAST_ABOVE_FLOOR, LINE * range);
    recent = ((recent << 1) | (loud ? 1 : 0)) & ((1 << WINDOW) - 1);
    if (Integer.bitCount(recent) >= LOUD) {
      heard = true;
      lastSpeech = frames;
    } else if (heard && end < 0 && frames - lastSpeech >= hangoverFrames) {
      end = frames * FRAME;
    }
  }
}
