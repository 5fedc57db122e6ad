package dev.parley.turnlog;

/** Why a partition can't be worked on by this process, however often it is tried. */
public final class ParkedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** {@code why} is a sentence for an operator that says what to do. */
  public ParkedException(String why) {
    super(why);
  }
}
