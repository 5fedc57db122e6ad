package dev.parley.standin;

import java.time.Duration;

/**
 * When the stand-in says StopCapture, and how (C21).
 *
 * @param when what makes it do so
 * @param form which directive goes where
 */
public record StopCapture(When when, Form form) {
  /** By listening, on the downchannel: as CIC does it. */
  public static final StopCapture LISTENING = new StopCapture(new When.Heard(), Form.DOWNCHANNEL);

  /** Not at all: the client ends the turn. */
  public static final StopCapture NEVER = new StopCapture(new When.Never(), Form.DOWNCHANNEL);

  /** After so much audio, whatever it holds. */
  public static StopCapture after(Duration audio) {
    return new StopCapture(new When.AfterAudio(audio), Form.DOWNCHANNEL);
  }

  /** The same, in another form. */
  public StopCapture as(Form other) {
    return new StopCapture(when, other);
  }

  /** What makes the stand-in say StopCapture. */
  public sealed interface When {
    /** The end of speech was heard. */
    record Heard() implements When {}

    /**
     * So much audio came.
     *
     * @param audio in sample time: 16,000 samples are a second
     */
    record AfterAudio(Duration audio) implements When {
      public AfterAudio {
        if (audio.isNegative()) {
          throw new IllegalArgumentException("audio must not be negative: " + audio);
        }
      }
    }

    /** Nothing. */
    record Never() implements When {}
  }

  /** Which directive goes where. */
  public enum Form {
    /** One, on the downchannel. */
    DOWNCHANNEL,
    /** Two with different message ids, on the downchannel. */
    TWICE,
    /** One on the downchannel that bears the id of a dialog nobody began. */
    OTHER_DIALOG,
    /** One on the downchannel without a dialog id. */
    NO_DIALOG_ID,
    /** One in the event response, which begins before the upload has ended. */
    RESPONSE
  }
}
