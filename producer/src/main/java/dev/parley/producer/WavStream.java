package dev.parley.producer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Map;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/** Turns what stands in a WAV into PCM as it is sent, while it arrives. */
final class WavStream {
  /**
   * The form of C16. Without {@code interpolation=sinc} the JDK resamples without a low-pass
   * filter, and all that lies above 8 kHz is folded into the speech.
   */
  private static final AudioFormat SENT =
      new AudioFormat(
          Encoding.PCM_SIGNED,
          AudioSource.SAMPLE_RATE,
          16,
          1,
          2,
          AudioSource.SAMPLE_RATE,
          false,
          Map.of("interpolation", "sinc"));

  private WavStream() {}

  /** Reads the header at once; throws when the WAV has not a single sample. */
  static InputStream toPcm(InputStream in, String name) throws IOException, AudioException {
    WavHeader header = WavHeader.read(in, name);
    PushbackInputStream samples = new PushbackInputStream(in);
    int first = samples.read();
    if (first < 0) {
      throw new AudioException(name + ": no samples in this WAV");
    }
    samples.unread(first);
    return convert(new Frames(samples, header), header.format());
  }

  /** PCM of {@link #SENT} from audio of another form; the same bytes where the form is the same. */
  static InputStream convert(InputStream in, AudioFormat format) {
    if (format.matches(SENT)) {
      return in;
    }
    AudioInputStream decoded = new AudioInputStream(in, format, AudioSystem.NOT_SPECIFIED);
    if (format.getEncoding().equals(Encoding.ALAW) || format.getEncoding().equals(Encoding.ULAW)) {
      // The JDK decodes these in a step of its own, which changes neither rate nor channels.
      decoded = AudioSystem.getAudioInputStream(Encoding.PCM_SIGNED, decoded);
    }
    return AudioSystem.getAudioInputStream(SENT, decoded);
  }

  /**
   * The samples alone: what follows them is cut off, and every read is filled with whole frames
   * until the end, because the JDK's resampler takes a short read for a gap.
   */
  private static final class Frames extends FilterInputStream {
    private final int frameBytes;
    private long left;

    Frames(InputStream in, WavHeader header) {
      super(in);
      this.frameBytes = header.format().getFrameSize();
      this.left = header.dataBytes();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return frameBytes == 1 && read(one, 0, 1) == 1 ? one[0] & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int wanted = (int) Math.min(left, length);
      int read = in.readNBytes(into, offset, wanted - wanted % frameBytes);
      left -= read;
      int whole = read - read % frameBytes;
      return whole == 0 ? -1 : whole;
    }

    @Override
    public long skip(long bytes) {
      return 0;
    }

    @Override
    public int available() {
      return 0;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
