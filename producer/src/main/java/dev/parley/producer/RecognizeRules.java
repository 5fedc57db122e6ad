package dev.parley.producer;

import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Event;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What CIC asks of a Recognize event: better refused here, where the device can be told, than two
 * processes further on.
 */
final class RecognizeRules {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern INPUT_SOURCE = Pattern.compile("SELF|CUSTOM_.+");
  private static final List<String> LANGUAGES = List.of("ko", "ja", "en");
  private static final List<String> INITIATORS = List.of("TAP", "PRESS_AND_HOLD", "WAKEWORD");

  private RecognizeRules() {}

  /** The event of these metadata, which keeps the rules and has a dialogRequestId. */
  static Event check(byte[] metadata) throws MalformedException {
    JsonNode context = Json.object(metadata).get("context");
    if (context == null || !context.isArray()) {
      throw new MalformedException("\"context\" must be an array (C11)");
    }
    Event event = Event.ofMetadata(metadata);
    checkUuid("messageId", event.header().messageId());
    checkUuid("dialogRequestId", event.header().dialogRequestId().orElse(""));
    Json.object(Json.object(Json.object(metadata), "event"), "payload");
    switch (event) {
      case Event.SpeechRecognize speech -> checkSpeech(speech.payload());
      case Event.TextRecognize text -> {
        if (Json.text(text.payload(), "text").isBlank()) {
          throw new MalformedException("\"text\" must not be empty (C26)");
        }
      }
      case Event.Other other ->
          throw new MalformedException(
              "a turn is SpeechRecognizer.Recognize or TextRecognizer.Recognize, nothing else");
    }
    return event;
  }

  private static void checkUuid(String field, String id) throws MalformedException {
    if (!UUID.matcher(id).matches()) {
      throw new MalformedException("\"" + field + "\" must be a UUID (C19)");
    }
  }

  private static void checkSpeech(ObjectNode payload) throws MalformedException {
    if (!LANGUAGES.contains(Json.text(payload, "lang"))) {
      throw new MalformedException("\"lang\" must be one of " + LANGUAGES + " (C18)");
    }
    checkIs(payload, "format", "AUDIO_L16_RATE_16000_CHANNELS_1");
    checkIs(payload, "profile", "CLOSE_TALK");
    if (!payload.has("initiator")) {
      return;
    }
    ObjectNode initiator = Json.object(payload, "initiator");
    String type = Json.text(initiator, "type");
    if (!INITIATORS.contains(type)) {
      throw new MalformedException("\"initiator.type\" must be one of " + INITIATORS + " (C18)");
    }
    if (initiator.has("inputSource")
        && !INPUT_SOURCE.matcher(Json.text(initiator, "inputSource")).matches()) {
      throw new MalformedException("\"initiator.inputSource\" must be SELF or CUSTOM_... (C18)");
    }
    if (type.equals("WAKEWORD")) {
      checkIndices(initiator.path("payload").path("wakeWord").path("indices"));
    }
  }

  private static void checkIndices(JsonNode indices) throws MalformedException {
    if (!indices.isObject()) {
      throw new MalformedException(
          "\"initiator.payload.wakeWord.indices\" is missing for a WAKEWORD (C17)");
    }
    long start = Json.number(indices, "startIndexInSamples");
    long end = Json.number(indices, "endIndexInSamples");
    if (start < 0 || end <= start) {
      throw new MalformedException("a wake word's samples must be 0 <= start < end (C17)");
    }
  }

  private static void checkIs(ObjectNode payload, String field, String only)
      throws MalformedException {
    if (payload.has(field) && !Json.text(payload, field).equals(only)) {
      throw new MalformedException("\"" + field + "\" must be " + only + " when present (C18)");
    }
  }
}
