package dev.parley.bench;

import dev.parley.protocol.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What became of a turn that was being spoken when an owner went.
 *
 * @param leavers whether it was the turn of the owner that went, or nobody's yet
 * @param seconds after a kill, until something new of it arrived; else by how much its latest chunk
 *     was late; {@link #NEVER} when it did not arrive whole
 * @param twice whether more than one request brought some of it
 */
record Fate(boolean leavers, double seconds, boolean twice) {
  static final double NEVER = Double.POSITIVE_INFINITY;

  boolean isMissed() {
    return seconds == NEVER;
  }

  /** For another process. */
  ObjectNode json() {
    ObjectNode json = Json.newObject().put("leavers", leavers).put("twice", twice);
    return isMissed() ? json : json.put("seconds", seconds);
  }

  /** From another process. */
  static Fate of(JsonNode json) {
    return new Fate(
        json.get("leavers").asBoolean(),
        json.has("seconds") ? json.get("seconds").asDouble() : NEVER,
        json.get("twice").asBoolean());
  }
}
