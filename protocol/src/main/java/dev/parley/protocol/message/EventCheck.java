package dev.parley.protocol.message;

import dev.parley.protocol.Ids;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Holds an event against the rows that speak of it. Findings name row and field, never values. */
final class EventCheck {
  private static final Pattern UUID =
      Pattern.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}");
  private static final Set<String> LANGUAGES = Set.of("ko", "ja", "en");
  private static final Set<String> INITIATORS = Set.of("PRESS_AND_HOLD", "TAP", "WAKEWORD");

  private final List<String> findings = new ArrayList<>();

  private EventCheck() {}

  static List<String> of(Event event) {
    EventCheck check = new EventCheck();
    check.header(event);
    switch (event) {
      case Event.SpeechRecognize speech -> check.speech(speech.payload());
      case Event.TextRecognize text -> check.text(text.payload());
      case Event.Other other -> {}
    }
    return List.copyOf(check.findings);
  }

  static Event metadata(byte[] metadata) throws MalformedException {
    Event event = Event.ofMetadata(metadata);
    EventCheck check = new EventCheck();
    ObjectNode root = Json.object(metadata);
    check.that(root.get("context") instanceof ArrayNode, "C11: context must be an array");
    for (JsonNode object : root.path("context")) {
      check.that(
          ContextObject.parse(object).isPresent(),
          "C20: an object of the context has no header with namespace and name, or no payload");
    }
    check.that(
        root.path("event").get("payload") instanceof ObjectNode,
        "C11: the event's payload must be an object");
    check.findings.addAll(of(event));
    if (!check.findings.isEmpty()) {
      throw new MalformedException(String.join("; ", check.findings));
    }
    return event;
  }

  private void header(Event event) {
    Header header = event.header();
    that(isUuid(header.messageId()), "C19: messageId must be a UUID");
    that(
        header.dialogRequestId().map(EventCheck::isUuid).orElse(!event.isRecognize()),
        "C19: dialogRequestId must be a UUID, and both Recognize events must have one");
  }

  private void speech(ObjectNode payload) {
    that(LANGUAGES.contains(text(payload, "lang")), "C18: lang must be ko, ja or en");
    that(
        absentOr(payload, "format", "AUDIO_L16_RATE_16000_CHANNELS_1"),
        "C18: format, if any, must be AUDIO_L16_RATE_16000_CHANNELS_1");
    that(absentOr(payload, "profile", "CLOSE_TALK"), "C18: profile, if any, must be CLOSE_TALK");
    JsonNode initiator = payload.get("initiator");
    if (initiator instanceof ObjectNode object) {
      initiator(object);
    } else {
      that(initiator == null, "C18: initiator, if any, must be an object");
    }
    expected(payload);
  }

  private void initiator(ObjectNode initiator) {
    String type = text(initiator, "type");
    that(INITIATORS.contains(type), "C18: initiator.type must be PRESS_AND_HOLD, TAP or WAKEWORD");
    String source = text(initiator, "inputSource");
    that(
        source.equals("SELF")
            || (source.startsWith("CUSTOM_") && source.length() > 7 && Ids.isValid(source)),
        "C18: initiator.inputSource must be SELF or CUSTOM_ and a name");
    JsonNode payload = initiator.path("payload");
    that(
        payload.get("deviceUUID") == null || Ids.isValid(text(payload, "deviceUUID")),
        "C18: initiator.payload.deviceUUID must be an id of at most 64 characters");
    if (type.equals("WAKEWORD")) {
      JsonNode indices = payload.path("wakeWord").path("indices");
      long start = index(indices, "startIndexInSamples");
      that(
          start >= 0 && start < index(indices, "endIndexInSamples"),
          "C17: initiator.payload.wakeWord.indices must have 0 <= startIndexInSamples <"
              + " endIndexInSamples");
    }
  }

  private void text(ObjectNode payload) {
    String text = text(payload, "text");
    that(
        !text.isBlank() && text.length() <= Event.MAX_TEXT_LENGTH,
        "C26: text must have 1 to " + Event.MAX_TEXT_LENGTH + " characters");
    expected(payload);
  }

  private void expected(ObjectNode payload) {
    JsonNode speechId = payload.get("speechId");
    that(speechId == null || speechId.isString(), "C25: speechId, if any, must be a string");
    JsonNode explicit = payload.get("explicit");
    that(explicit == null || explicit.isBoolean(), "C25: explicit, if any, must be true or false");
  }

  private void that(boolean holds, String otherwise) {
    if (!holds && !findings.contains(otherwise)) {
      findings.add(otherwise);
    }
  }

  private static boolean isUuid(String id) {
    return UUID.matcher(id).matches();
  }

  private static String text(JsonNode object, String field) {
    return Json.text(object, field, "");
  }

  private static boolean absentOr(ObjectNode object, String field, String value) {
    return object.get(field) == null || text(object, field).equals(value);
  }

  private static long index(JsonNode indices, String field) {
    JsonNode index = indices.path(field);
    return index.isIntegralNumber() && index.canConvertToLong() ? index.longValue() : -1;
  }
}
