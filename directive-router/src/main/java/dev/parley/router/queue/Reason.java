package dev.parley.router.queue;

/** Why a device was not given a directive. */
public enum Reason {
  /** Its dialog is neither the last nor the one in flight (C30), or its turn is closed. */
  STALE("stale"),
  /** Its dialog was the last one until another took its place (C29). */
  SUPERSEDED("superseded"),
  /** Its messageId has been taken already. */
  DUPLICATE("duplicate"),
  /** Nothing is known of its dialog or turn. */
  UNKNOWN("unknown"),
  /** The device did not take it in time. */
  EXPIRED("expired"),
  /** The device's queue was full. */
  OVERFLOW("overflow"),
  /** A newer attempt, or a newer owner, answers in its stead. */
  OTHER_ATTEMPT("other-attempt"),
  /** The send that it answered early was never completed (C28). */
  ABORTED("aborted");

  private final String text;

  Reason(String text) {
    this.text = text;
  }

  /** The word in answers and metrics. */
  @Override
  public String toString() {
    return text;
  }
}
