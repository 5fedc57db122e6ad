package dev.parley.cli.device;

import java.util.Optional;

/**
 * Puts server-sent events together from the lines of a stream, as the HTML standard describes them.
 * One stream; not thread-safe.
 */
final class ServerSentEvents {
  /**
   * An event.
   *
   * @param name {@code message} where the stream gave none
   * @param id of this very event; empty where it bore none
   */
  record Event(String name, String id, String data) {}

  private String name = "";
  private String id = "";
  private final StringBuilder data = new StringBuilder();
  private boolean hasData;

  /** Takes a line without its end; gives the event that it completes. */
  Optional<Event> line(String line) {
    if (line.isEmpty()) {
      return dispatch();
    }
    int colon = line.indexOf(':');
    String field = colon < 0 ? line : line.substring(0, colon);
    String value = colon < 0 ? "" : line.substring(colon + 1);
    if (value.startsWith(" ")) {
      value = value.substring(1);
    }
    switch (field) {
      case "event" -> name = value;
      case "id" -> id = value;
      case "data" -> {
        if (hasData) {
          data.append('\n');
        }
        data.append(value);
        hasData = true;
      }
      default -> {
        // A comment (an empty field name), or a field that is none of ours.
      }
    }
    return Optional.empty();
  }

  private Optional<Event> dispatch() {
    Optional<Event> event =
        hasData
            ? Optional.of(new Event(name.isEmpty() ? "message" : name, id, data.toString()))
            : Optional.empty();
    name = "";
    id = "";
    data.setLength(0);
    hasData = false;
    return event;
  }
}
