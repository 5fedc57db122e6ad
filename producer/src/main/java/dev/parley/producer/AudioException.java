package dev.parley.producer;

/**
 * Audio could not be had from a source. The message is one sentence fit for an operator's eyes: it
 * names the source and what is wrong with it.
 */
public class AudioException extends Exception {
  private static final long serialVersionUID = 1L;

  public AudioException(String message) {
    super(message);
  }

  public AudioException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The source gives more audio than a turn may have. */
  static final class TooLong extends AudioException {
    private static final long serialVersionUID = 1L;

    TooLong() {
      super(
          "the audio is longer than the "
              + Turn.MAX_AUDIO_BYTES
              + " bytes ("
              + Turn.MAX_AUDIO_BYTES / AudioSource.BYTES_PER_SECOND
              + " s) that a turn may have");
    }
  }
}
