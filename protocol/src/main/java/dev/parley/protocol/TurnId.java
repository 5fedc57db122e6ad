package dev.parley.protocol;

/**
 * Names a turn: one Recognize event with its audio, one HTTP request. A dialog may have several
 * turns (C25), so the dialog id alone does not name one.
 *
 * @param device the device's id
 * @param dialog the dialogRequestId (C19)
 * @param message the event's messageId (C19)
 */
public record TurnId(String device, String dialog, String message) {
  /** Checks each part against {@link Ids}. */
  public TurnId {
    Ids.check("device", device);
    Ids.check("dialogRequestId", dialog);
    Ids.check("messageId", message);
  }

  /**
   * Every record's turn is looked up by it, and a record's own, which is not written out, is slow.
   */
  @Override
  public boolean equals(Object o) {
    return o instanceof TurnId other
        && message.equals(other.message)
        && dialog.equals(other.dialog)
        && device.equals(other.device);
  }

  @Override
  public int hashCode() {
    return 31 * message.hashCode() + dialog.hashCode();
  }

  @Override
  public String toString() {
    return device + "/" + dialog + "/" + message;
  }
}
