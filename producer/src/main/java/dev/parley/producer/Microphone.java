package dev.parley.producer;

import java.util.List;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.LineUnavailableException;
import javax.sound.sampled.TargetDataLine;

/** Opens the machine's microphone. */
final class Microphone {
  /** Asked for in turn: the form that is sent, then those that most hardware has. */
  private static final List<AudioFormat> FORMATS =
      List.of(
          new AudioFormat(16_000, 16, 1, true, false),
          new AudioFormat(48_000, 16, 1, true, false),
          new AudioFormat(48_000, 16, 2, true, false),
          new AudioFormat(44_100, 16, 1, true, false),
          new AudioFormat(44_100, 16, 2, true, false));

  /** Finds a line; the JDK's is {@link AudioSystem#getTargetDataLine(AudioFormat)}. */
  interface Lines {
    TargetDataLine line(AudioFormat format) throws LineUnavailableException;
  }

  private Microphone() {}

  static AudioSource open() throws AudioException {
    return open(AudioSystem::getTargetDataLine);
  }

  static AudioSource open(Lines lines) throws AudioException {
    AudioException none =
        new AudioException(
            "this machine has no microphone that can be recorded from; give a WAV file instead");
    for (AudioFormat format : FORMATS) {
      try {
        TargetDataLine line = lines.line(format);
        line.open(format);
        line.start();
        return new StreamSource(
            WavStream.convert(new AudioInputStream(line), format), "the microphone");
      } catch (LineUnavailableException e) {
        throw new AudioException("the microphone is in use by another program", e);
      } catch (IllegalArgumentException e) {
        none.addSuppressed(e); // Not in this format, or no microphone at all.
      }
    }
    throw none;
  }
}
