package dev.parley.router.delivery;

/** The device's partition is another router's, or on its way between two. */
public final class NotOwnedException extends Exception {
  private static final long serialVersionUID = 1L;

  public NotOwnedException(String message) {
    super(message);
  }
}
