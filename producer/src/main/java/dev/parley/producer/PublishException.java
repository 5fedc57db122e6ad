package dev.parley.producer;

/**
 * Speech could not be published. The message is one sentence fit for an operator's eyes: it names
 * the broker, topic or turn, and what to do.
 */
public final class PublishException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it is. */
  public enum Reason {
    /** A Kafka setting is wrong. */
    SETTINGS,
    /** No broker answers, or it answered with an error. */
    UNREACHABLE,
    /** The topic does not exist. */
    NO_TOPIC,
    /** A record was not acknowledged: it may or may not be in the topic. */
    LOST,
    /** A turn of the same ids is being published at this moment. */
    DUPLICATE,
    /** The turn has ended or was cancelled before, by another thread perhaps. */
    CLOSED,
    /** The publisher has been closed. */
    SHUT_DOWN
  }

  private final Reason reason;

  PublishException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  PublishException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What kind of failure it is. */
  public Reason reason() {
    return reason;
  }
}
