package dev.parley.standin;

import java.util.OptionalLong;

/**
 * An event as the stand-in received it, told when its upload ended or was aborted.
 *
 * @param start who sent what
 * @param parts how many parts its body had
 * @param audioBytes bytes in the audio parts, those after StopCapture included
 * @param audioChunks how many audio parts
 * @param audioSha256 lower-case hex of all audio bytes; empty if hashing is off
 * @param chunksSha256 the same of the audio up to the last boundary between chunks of 6,400 bytes
 * @param finish how the upload ended
 * @param stopCaptureAtSample the sample at which StopCapture was decided on, if it was
 * @param status the status it was answered with or is about to be; 0 for none
 */
public record ReceivedTurn(
    TurnStart start,
    int parts,
    long audioBytes,
    int audioChunks,
    String audioSha256,
    String chunksSha256,
    Finish finish,
    OptionalLong stopCaptureAtSample,
    int status) {

  /** How an upload ended. */
  public enum Finish {
    /** By the client, without a StopCapture. */
    CLIENT_END,
    /** By the client, after StopCapture. */
    AFTER_STOP_CAPTURE,
    /** By a reset or a broken connection. */
    ABORTED,
    /** Its body was refused; the rest was not looked at. */
    REFUSED
  }

  /** Who sent it. */
  public ClientId client() {
    return start.client();
  }

  public String dialogRequestId() {
    return start.dialogRequestId();
  }

  public String messageId() {
    return start.messageId();
  }
}
