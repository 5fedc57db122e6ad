package dev.parley.standin;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The rules for what the metadata part says (C11, C17 to C20, C26). */
final class EventRules {
  private static final Pattern ID =
      Pattern.compile(
          "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
  private static final Set<String> LANGUAGES = Set.of("ko", "ja", "en");
  private static final Set<String> INITIATORS = Set.of("PRESS_AND_HOLD", "TAP", "WAKEWORD");
  private static final Pattern INPUT_SOURCE = Pattern.compile("SELF|CUSTOM_.+");
  private static final int BEFORE_WAKE_WORD = 4_800;

  private final Metadata metadata;
  private final Checks checks;

  EventRules(Metadata metadata, Checks checks) {
    this.metadata = metadata;
    this.checks = checks;
  }

  void check(ClientState client, String token) {
    checks.check(
        Row.C11,
        metadata.root().path("context").isArray(),
        "context and event are there",
        "context is missing or no array");
    context(metadata.root().path("context"));
    TurnStart start = metadata.start();
    if (!ID.matcher(start.messageId()).matches()) {
      checks.fail(Row.C19, "messageId is no UUID");
    }
    if (!start.dialogRequestId().isEmpty() && !ID.matcher(start.dialogRequestId()).matches()) {
      checks.fail(Row.C19, "dialogRequestId is no UUID");
    }
    client.begin(start, Metadata.text(metadata.payload(), "speechId"), checks);
    if (start.isSpeech()) {
      speech(client, token);
    } else if (start.isRecognize()) {
      checks.check(
          Row.C26,
          Metadata.text(metadata.payload(), "text").isPresent(),
          "payload has text",
          "payload has no text");
    }
  }

  /**
   * What a context says is the client's own affair, in what form is not (C20); none says nothing.
   */
  private void context(JsonNode context) {
    for (JsonNode state : context) {
      JsonNode header = state.path("header");
      checks.check(
          Row.C20,
          Metadata.text(header, "namespace").isPresent()
              && Metadata.text(header, "name").isPresent()
              && state.path("payload").isObject(),
          "the context's objects have header and payload",
          "an object of the context lacks its header's namespace or name, or its payload");
    }
  }

  /** What can only be said when all audio has come. */
  void checkAtEnd(long samples, int audioParts) {
    if (!metadata.start().isSpeech()) {
      if (audioParts > 0 && metadata.start().isRecognize()) {
        checks.fail(Row.C26, "a text turn has audio parts");
      }
      return;
    }
    if (audioParts == 0) {
      checks.fail(Row.C12, "no audio part");
    }
    JsonNode initiator = metadata.payload().path("initiator");
    if (Metadata.text(initiator, "type").filter("WAKEWORD"::equals).isPresent()) {
      wakeWord(initiator, samples);
    }
  }

  private void wakeWord(JsonNode initiator, long samples) {
    Optional<JsonNode> start =
        Optional.ofNullable(initiator.findValue("startIndexInSamples"))
            .filter(JsonNode::isIntegralNumber);
    Optional<JsonNode> end =
        Optional.ofNullable(initiator.findValue("endIndexInSamples"))
            .filter(JsonNode::isIntegralNumber);
    if (start.isEmpty() || end.isEmpty()) {
      checks.fail(Row.C17, "startIndexInSamples or endIndexInSamples is missing");
      return;
    }
    long from = start.get().asLong();
    long to = end.get().asLong();
    if (from < 0 || from >= to) {
      checks.fail(
          Row.C17, "not 0 <= startIndexInSamples (" + from + ") < endIndexInSamples (" + to + ")");
    } else if (to > samples) {
      checks.fail(Row.C17, "the wake word ends at sample " + to + ", the audio at " + samples);
    } else {
      checks.check(
          Row.C17,
          from == BEFORE_WAKE_WORD,
          "the audio starts 4800 samples before the wake word",
          "the audio starts " + from + " samples before the wake word, not 4800");
    }
  }

  private void speech(ClientState client, String token) {
    JsonNode payload = metadata.payload();
    JsonNode initiator = payload.path("initiator");
    wanted(payload, "lang", LANGUAGES::contains, true);
    wanted(payload, "format", "AUDIO_L16_RATE_16000_CHANNELS_1"::equals, false);
    wanted(payload, "profile", "CLOSE_TALK"::equals, false);
    wanted(initiator, "type", INITIATORS::contains, false);
    wanted(initiator, "inputSource", s -> INPUT_SOURCE.matcher(s).matches(), false);
    Optional.ofNullable(initiator.findValue("deviceUUID"))
        .ifPresent(uuid -> deviceUuid(uuid.isString() ? uuid.stringValue() : "", client, token));
    checks.pass(Row.C18, "lang, format, profile and initiator are as they should be");
  }

  private void deviceUuid(String uuid, ClientState client, String token) {
    if (!ID.matcher(uuid).matches()) {
      checks.fail(Row.C18, "deviceUUID is no UUID");
    } else if (uuid.equalsIgnoreCase(
        UUID.nameUUIDFromBytes(token.getBytes(StandardCharsets.UTF_8)).toString())) {
      checks.fail(Row.C18, "deviceUUID is derived from the token");
    } else if (!client.isStable(uuid)) {
      checks.fail(Row.C18, "deviceUUID is another than in this client's first turn");
    }
  }

  private void wanted(JsonNode node, String field, Predicate<String> right, boolean required) {
    if (!node.has(field)) {
      if (required) {
        checks.fail(Row.C18, field + " is missing");
      }
    } else if (Metadata.text(node, field).filter(right).isEmpty()) {
      checks.fail(Row.C18, field + " has a value it must not have");
    }
  }
}
