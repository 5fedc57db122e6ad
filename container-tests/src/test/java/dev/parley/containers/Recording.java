package dev.parley.containers;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/** The recording that the demo speaks, 16 kHz, mono, 16 bit. */
final class Recording {
  static final Path FILE =
      Images.TOP.resolve("demo/src/main/resources/dev/parley/demo/weather.wav");

  private Recording() {}

  /** What an echo of so many bytes should hash to. */
  static String sha256OfFirst(long bytes) throws Exception {
    try (AudioInputStream audio = AudioSystem.getAudioInputStream(FILE.toFile())) {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(audio.readNBytes(Math.toIntExact(bytes))));
    }
  }
}
