package dev.parley.standin;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/** A labelled recording: samples at 16 kHz, and where its speech ends. */
final class Recording {
  private final String name;
  private final short[] samples;
  private final int endMillis;

  private Recording(String name, short[] samples, int endMillis) {
    this.name = name;
    this.samples = samples;
    this.endMillis = endMillis;
  }

  String name() {
    return name;
  }

  /** Not to be changed. */
  short[] samples() {
    return samples;
  }

  int endMillis() {
    return endMillis;
  }

  /**
   * All recordings of labels.csv that are here; those of other packages only where they are
   * installed.
   */
  static List<Recording> all() throws IOException {
    List<Recording> all = new ArrayList<>();
    for (String line : text("labels.csv").lines().skip(1).toList()) {
      String[] field = line.split(",", -1);
      Path elsewhere = Path.of(field[0]);
      if (elsewhere.isAbsolute() && !Files.exists(elsewhere)) {
        continue;
      }
      try (InputStream in =
          elsewhere.isAbsolute() ? Files.newInputStream(elsewhere) : open(field[0])) {
        String name = String.valueOf(elsewhere.getFileName());
        all.add(new Recording(name, samples(in), Integer.parseInt(field[1])));
      }
    }
    return all;
  }

  static Recording named(String name) throws IOException {
    return all().stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
  }

  /** Root mean square over the samples up to the end of speech. */
  double level() {
    double sum = 0;
    int to = Math.min(samples.length, endMillis * 16);
    for (int i = 0; i < to; i++) {
      sum += (double) samples[i] * samples[i];
    }
    return Math.sqrt(sum / to);
  }

  private static short[] samples(InputStream in) throws IOException {
    AudioFormat wanted = new AudioFormat(16_000, 16, 1, true, false);
    try (AudioInputStream audio =
        AudioSystem.getAudioInputStream(
            wanted, AudioSystem.getAudioInputStream(new BufferedInputStream(in)))) {
      byte[] bytes = audio.readAllBytes();
      short[] samples = new short[bytes.length / 2];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
      return samples;
    } catch (UnsupportedAudioFileException e) {
      throw new IOException(e);
    }
  }

  private static String text(String file) throws IOException {
    try (InputStream in = open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream open(String file) {
    return Objects.requireNonNull(Recording.class.getResourceAsStream("/recordings/" + file), file);
  }
}
