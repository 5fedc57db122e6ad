package dev.parley.standin;

import java.util.List;
import java.util.Random;

/** Kinds of background noise, each made anew from a seed, with a root mean square of 1. */
enum Noise {
  /** As in a quiet room: the same as white noise, mixed at a low level. */
  QUIET,
  WHITE,
  PINK,
  BROWN,
  /** Mains hum of 50 Hz with harmonics, over a little white noise. */
  HUM,
  /** Eight voices at once, from the recordings themselves. */
  BABBLE;

  double[] make(int length, Random random, List<Recording> voices) {
    double[] noise = new double[length];
    switch (this) {
      case QUIET, WHITE -> white(noise, random, 1);
      case PINK -> pink(noise, random);
      case BROWN -> brown(noise, random);
      case HUM -> {
        white(noise, random, 0.1);
        for (int i = 0; i < length; i++) {
          double t = 2 * Math.PI * i / 16_000;
          noise[i] += Math.sin(50 * t) + 0.3 * Math.sin(150 * t) + 0.1 * Math.sin(250 * t);
        }
      }
      case BABBLE -> babble(noise, random, voices);
    }
    return scaled(noise);
  }

  private static void white(double[] noise, Random random, double level) {
    for (int i = 0; i < noise.length; i++) {
      noise[i] = level * random.nextGaussian();
    }
  }

  private static void pink(double[] noise, Random random) {
    double slow = 0;
    double middle = 0;
    double fast = 0;
    for (int i = 0; i < noise.length; i++) {
      double white = random.nextGaussian();
      slow = 0.99765 * slow + white * 0.0990460;
      middle = 0.96300 * middle + white * 0.2965164;
      fast = 0.57000 * fast + white * 1.0526913;
      noise[i] = slow + middle + fast + white * 0.1848;
    }
  }

  private static void brown(double[] noise, Random random) {
    double at = 0;
    for (int i = 0; i < noise.length; i++) {
      at = 0.995 * at + random.nextGaussian();
      noise[i] = at;
    }
  }

  private static void babble(double[] noise, Random random, List<Recording> voices) {
    for (int voice = 0; voice < 8; voice++) {
      Recording speaker = voices.get(random.nextInt(voices.size()));
      double gain = 1 / speaker.level();
      int speech = speaker.endMillis() * 16;
      int at = random.nextInt(speech);
      for (int i = 0; i < noise.length; i++) {
        noise[i] += gain * speaker.samples()[(at + i) % Math.min(speech, speaker.samples().length)];
      }
    }
  }

  private static double[] scaled(double[] noise) {
    double sum = 0;
    for (double v : noise) {
      sum += v * v;
    }
    double rms = Math.sqrt(sum / noise.length);
    for (int i = 0; i < noise.length; i++) {
      noise[i] /= rms;
    }
    return noise;
  }
}
