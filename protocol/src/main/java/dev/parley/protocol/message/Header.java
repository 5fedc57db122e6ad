package dev.parley.protocol.message;

import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The header of an event or a directive (C19).
 *
 * @param namespace such as {@code SpeechRecognizer}
 * @param name such as {@code StopCapture}
 * @param messageId unique among messages; empty where a sender left it out, which only directives
 *     may
 * @param dialogRequestId the dialog it belongs to; a directive without one is handled at once (C31)
 */
public record Header(
    String namespace, String name, String messageId, Optional<String> dialogRequestId) {
  /** {@code namespace.name}. */
  public String fullName() {
    return namespace + "." + name;
  }

  static Header parse(JsonNode header) throws MalformedException {
    JsonNode dialog = header.get("dialogRequestId");
    return new Header(
        Json.text(header, "namespace"),
        Json.text(header, "name"),
        Json.text(header, "messageId", ""),
        dialog == null || !dialog.isString() || dialog.stringValue().isEmpty()
            ? Optional.empty()
            : Optional.of(dialog.stringValue()));
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
