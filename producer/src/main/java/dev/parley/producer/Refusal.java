package dev.parley.producer;

import org.jspecify.annotations.Nullable;

/**
 * A request that is answered with an error.
 *
 * <p>The message is one sentence for the device's maker; it goes into the response.
 */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String error;

  /**
   * A refusal.
   *
   * @param error a word for programs, such as {@code too-long}
   */
  Refusal(int status, String error, @Nullable String message) {
    super(message);
    this.status = status;
    this.error = error;
  }

  static Refusal badRequest(@Nullable String message) {
    return new Refusal(400, "bad-request", message);
  }

  static Refusal of(AudioException e) {
    return e instanceof AudioException.TooLong
        ? new Refusal(413, "too-long", e.getMessage())
        : new Refusal(400, "bad-audio", e.getMessage());
  }

  static Refusal of(PublishException e) {
    return switch (e.reason()) {
      case DUPLICATE -> new Refusal(409, "duplicate", e.getMessage());
      case CLOSED -> new Refusal(409, "closed", e.getMessage());
      case LOST -> new Refusal(503, "lost", e.getMessage());
      case SETTINGS, UNREACHABLE, NO_TOPIC, SHUT_DOWN ->
          new Refusal(503, "unavailable", e.getMessage());
    };
  }

  JsonReply reply() {
    return JsonReply.error(status, error, String.valueOf(getMessage()));
  }

  int status() {
    return status;
  }
}
