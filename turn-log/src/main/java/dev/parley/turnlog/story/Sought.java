package dev.parley.turnlog.story;

import dev.parley.protocol.Ids;
import dev.parley.protocol.TurnId;
import java.util.List;
import java.util.Optional;

/**
 * The turns that are asked for.
 *
 * @param device whose they are; empty for any device's
 * @param id the dialog's id, or where no message is named the turn's own messageId
 * @param message the turn's messageId, where one turn of the dialog is meant
 */
public record Sought(Optional<String> device, String id, Optional<String> message) {
  /** The ways to name turns. */
  public static final String FORMS = "DEVICE/DIALOG, DEVICE/DIALOG/MESSAGE, or a bare id";

  /** Checks each part against {@link Ids}. */
  public Sought {
    device.ifPresent(name -> check("device", name));
    check("dialog", id);
    message.ifPresent(name -> check("message", name));
  }

  /**
   * Reads {@code DEVICE/DIALOG}, {@code DEVICE/DIALOG/MESSAGE}, or the bare id of a dialog or of a
   * message.
   *
   * @throws IllegalArgumentException when it is none of these; the message says which part is wrong
   */
  public static Sought parse(String text) {
    List<String> parts = List.of(text.strip().split("/", -1));
    return switch (parts.size()) {
      case 1 -> new Sought(Optional.empty(), parts.getFirst(), Optional.empty());
      case 2 -> new Sought(Optional.of(parts.getFirst()), parts.get(1), Optional.empty());
      case 3 -> new Sought(Optional.of(parts.getFirst()), parts.get(1), Optional.of(parts.get(2)));
      default ->
          throw new IllegalArgumentException(
              "it has " + parts.size() + " parts with slashes between; say " + FORMS);
    };
  }

  private static void check(String part, String id) {
    if (Ids.isValid(id)) {
      return;
    }
    String what =
        id.isEmpty()
            ? "is empty"
            : id.length() > 64 ? "has " + id.length() + " characters" : "is \"" + id + "\"";
    for (int i = 0; i < id.length() && id.length() <= 64; i++) {
      if (!Ids.isValid("a" + id.charAt(i))) {
        what =
            id.charAt(i) < ' ' || id.charAt(i) > '~'
                ? "has a character that no id has, at place " + (i + 1)
                : "has \"" + id.charAt(i) + "\" at place " + (i + 1);
        break;
      }
    }
    throw new IllegalArgumentException(
        "the " + part + "'s id " + what + "; an id is 1 to 64 of A-Z a-z 0-9 . _ -");
  }

  /** Whether this turn is one of them. */
  public boolean matches(TurnId turn) {
    if (!device.orElse(turn.device()).equals(turn.device())) {
      return false;
    }
    return message.isPresent()
        ? turn.dialog().equals(id) && turn.message().equals(message.get())
        : turn.dialog().equals(id) || turn.message().equals(id);
  }

  /** Whether what has this key and this messageId may be about one of them. */
  boolean mayBeAbout(String key, Optional<String> messageId) {
    return key.equals(id) || (message.isEmpty() && messageId.filter(id::equals).isPresent());
  }

  @Override
  public String toString() {
    return device.map(name -> name + "/").orElse("") + id + message.map(m -> "/" + m).orElse("");
  }
}
