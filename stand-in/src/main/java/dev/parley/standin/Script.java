package dev.parley.standin;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * How the stand-in behaves in one turn.
 *
 * @param stopCapture when and how it says StopCapture; for turns with audio
 * @param reply what it answers
 * @param early the answer begins with the first audio rather than after the upload: an error comes
 *     whole, of an echo its RenderText
 * @param delay how long the answer is held back
 * @param cut what goes wrong with the body of the answer
 * @param extras directives beside the usual ones
 * @param frameBytes the most bytes in a DATA frame of the answer, 1 to 16,384
 * @param upload how the upload is taken
 */
public record Script(
    StopCapture stopCapture,
    Reply reply,
    boolean early,
    Duration delay,
    Cut cut,
    Set<Extra> extras,
    int frameBytes,
    Upload upload) {
  /** As CIC behaves when all is well: StopCapture by listening, then the echo. */
  public static final Script DEFAULT =
      new Script(
          StopCapture.LISTENING,
          Reply.ECHO,
          false,
          Duration.ZERO,
          Cut.NONE,
          Set.of(),
          16_384,
          Upload.READ);

  public Script {
    extras = extras.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(extras));
    if (frameBytes < 1 || frameBytes > 16_384) {
      throw new IllegalArgumentException("frameBytes must be 1 to 16384: " + frameBytes);
    }
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay must not be negative: " + delay);
    }
  }

  /** The default with another reply. */
  public static Script replying(Reply reply) {
    return DEFAULT.withReply(reply);
  }

  public Script withStopCapture(StopCapture other) {
    return new Script(other, reply, early, delay, cut, extras, frameBytes, upload);
  }

  public Script withReply(Reply other) {
    return new Script(stopCapture, other, early, delay, cut, extras, frameBytes, upload);
  }

  public Script withEarly(boolean other) {
    return new Script(stopCapture, reply, other, delay, cut, extras, frameBytes, upload);
  }

  public Script withDelay(Duration other) {
    return new Script(stopCapture, reply, early, other, cut, extras, frameBytes, upload);
  }

  public Script withCut(Cut other) {
    return new Script(stopCapture, reply, early, delay, other, extras, frameBytes, upload);
  }

  public Script withExtras(Extra... others) {
    return new Script(stopCapture, reply, early, delay, cut, Set.of(others), frameBytes, upload);
  }

  public Script withFrameBytes(int other) {
    return new Script(stopCapture, reply, early, delay, cut, extras, other, upload);
  }

  public Script withUpload(Upload other) {
    return new Script(stopCapture, reply, early, delay, cut, extras, frameBytes, other);
  }
}
