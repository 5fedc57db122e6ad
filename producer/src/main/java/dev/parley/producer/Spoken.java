package dev.parley.producer;

import dev.parley.protocol.TurnId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What a {@link Speaker} has published of a turn. Immutable. */
public final class Spoken {
  private final TurnId turn;
  private final List<Ack> chunks;
  private final byte[] audio;
  private final boolean stoppedEarly;

  Spoken(TurnId turn, List<Ack> chunks, byte[] audio, boolean stoppedEarly) {
    this.turn = turn;
    this.chunks = List.copyOf(chunks);
    this.audio = audio;
    this.stoppedEarly = stoppedEarly;
  }

  /** The turn's name. */
  public TurnId turn() {
    return turn;
  }

  /** The acknowledgements of its chunks, in order; none for a turn of text. */
  public List<Ack> chunks() {
    return chunks;
  }

  /** How many bytes of audio were published. */
  public long bytes() {
    return audio.length;
  }

  /** Whether it was stopped before the source had come to its end. */
  public boolean stoppedEarly() {
    return stoppedEarly;
  }

  /** SHA-256 of all audio published, in lower-case hex. */
  public String sha256() {
    return sha256OfFirst(audio.length);
  }

  /**
   * SHA-256 of the first bytes of audio published, in lower-case hex: what an echo of so much
   * should hash to.
   *
   * @param bytes 0 to {@link #bytes()}
   * @throws IllegalArgumentException when it is none of these
   */
  public String sha256OfFirst(long bytes) {
    if (bytes < 0 || bytes > audio.length) {
      throw new IllegalArgumentException(
          bytes + " bytes of a turn of which " + audio.length + " were published");
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(audio, 0, (int) bytes);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
