package dev.parley.standin;

import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes CIC's directives as JSON. */
final class Directives {
  private static final JsonMapper JSON = JsonMapper.shared();

  private Directives() {}

  static ObjectNode payload() {
    return JSON.createObjectNode();
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }

  /**
   * A directive in its wrapper, with a new messageId; {@code name} is namespace and name, such as
   * {@code Clova.Hello}.
   */
  static String of(String name, Optional<String> dialogRequestId, ObjectNode payload) {
    return of(name, dialogRequestId, newId(), payload);
  }

  static String of(
      String name, Optional<String> dialogRequestId, String messageId, ObjectNode payload) {
    ObjectNode wrapper = JSON.createObjectNode();
    wrapper.set("directive", bare(name, dialogRequestId, messageId, payload));
    return JSON.writeValueAsString(wrapper);
  }

  /** System.Exception (C38), wrapped or bare. */
  static String exception(int status, String description, boolean wrapped) {
    ObjectNode payload = payload().put("code", status).put("description", description);
    return wrapped
        ? of("System.Exception", Optional.empty(), payload)
        : JSON.writeValueAsString(bare("System.Exception", Optional.empty(), newId(), payload));
  }

  private static ObjectNode bare(
      String name, Optional<String> dialogRequestId, String messageId, ObjectNode payload) {
    int dot = name.indexOf('.');
    ObjectNode directive = JSON.createObjectNode();
    ObjectNode header = directive.putObject("header");
    header.put("namespace", name.substring(0, dot));
    header.put("name", name.substring(dot + 1));
    header.put("messageId", messageId);
    dialogRequestId.ifPresent(id -> header.put("dialogRequestId", id));
    directive.set("payload", payload);
    return directive;
  }
}
