package dev.parley.standin;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The metadata part of an event, read (C11, C19). */
record Metadata(TurnStart start, JsonNode root, JsonNode payload) {
  static final int MAX_BYTES = 512 * 1024;
  static final int MAX_DEPTH = 64;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxDocumentLength(MAX_BYTES)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * @throws Refusal 400 if this is not JSON, holds no event, or its ids are missing
   */
  static Metadata parse(ClientId client, byte[] json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JacksonException e) {
      throw Refusal.badRequest(
          Row.C11, "the metadata part is not JSON of at most " + MAX_DEPTH + " levels");
    }
    JsonNode event = root.path("event");
    JsonNode header = event.path("header");
    if (!header.isObject() || !event.path("payload").isObject()) {
      throw Refusal.badRequest(Row.C11, "the metadata part has no event with header and payload");
    }
    TurnStart start =
        new TurnStart(
            client,
            text(header, "dialogRequestId").orElse(""),
            required(header, "messageId"),
            required(header, "namespace") + "." + required(header, "name"));
    if (start.isRecognize()) {
      var _ = required(header, "dialogRequestId");
    }
    return new Metadata(start, root, event.path("payload"));
  }

  static Optional<String> text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isString() && !value.stringValue().isEmpty()
        ? Optional.of(value.stringValue())
        : Optional.empty();
  }

  private static String required(JsonNode header, String field) {
    String value =
        text(header, field)
            .orElseThrow(() -> Refusal.badRequest(Row.C19, "the event's header has no " + field));
    if (value.length() > 128) {
      throw Refusal.badRequest(Row.C19, "the event's " + field + " is longer than 128 characters");
    }
    return value;
  }
}
