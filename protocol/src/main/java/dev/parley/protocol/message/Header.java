package dev.parley.protocol.message;

import dev.parley.protocol.Ids;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The header of an event or a directive (C19).
 *
 * <p>All of it ends up in records, logs and metrics, so each part must be as {@link Ids} says.
 *
 * @param namespace such as {@code SpeechRecognizer}
 * @param name such as {@code StopCapture}
 * @param messageId unique among messages; empty where a sender left it out, which only directives
 *     may
 * @param dialogRequestId the dialog it belongs to; a directive without one is handled at once (C31)
 */
public record Header(
    String namespace, String name, String messageId, Optional<String> dialogRequestId) {
  /**
   * Checks each part.
   *
   * @throws IllegalArgumentException naming the part that is wrong
   */
  public Header {
    Ids.check("namespace", namespace);
    Ids.check("name", name);
    if (!messageId.isEmpty()) {
      Ids.check("messageId", messageId);
    }
    dialogRequestId.ifPresent(id -> Ids.check("dialogRequestId", id));
  }

  /** {@code namespace.name}. */
  public String fullName() {
    return namespace + "." + name;
  }

  /** Reads a header; an id that is null or empty counts as left out. */
  static Header parse(JsonNode header) throws MalformedException {
    String dialog = id(header, "dialogRequestId");
    try {
      return new Header(
          Json.text(header, "namespace"),
          Json.text(header, "name"),
          id(header, "messageId"),
          dialog.isEmpty() ? Optional.empty() : Optional.of(dialog));
    } catch (IllegalArgumentException e) {
      throw new MalformedException("header: " + e.getMessage(), e);
    }
  }

  /** An id of another type is refused: left out, it would pass for a directive without dialog. */
  private static String id(JsonNode header, String field) throws MalformedException {
    JsonNode value = header.get(field);
    return value == null || value.isNull() ? "" : Json.text(header, field);
  }

  ObjectNode toJson() {
    ObjectNode json = Json.newObject().put("namespace", namespace).put("name", name);
    if (!messageId.isEmpty()) {
      json.put("messageId", messageId);
    }
    dialogRequestId.ifPresent(id -> json.put("dialogRequestId", id));
    return json;
  }
}
