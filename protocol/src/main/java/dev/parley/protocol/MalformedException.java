package dev.parley.protocol;

/**
 * Something from outside does not have the form it must have. The message is one line fit for an
 * operator's eyes: it names the field and the rule, and never quotes audio, tokens or whole bodies.
 */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String message;

  public MalformedException(String message) {
    super(message);
    this.message = message;
  }

  public MalformedException(String message, Throwable cause) {
    super(message, cause);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
