package dev.parley.protocol.message;

import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An event to CIC. {@link #metadata} makes the JSON metadata part of its request (C11). */
public sealed interface Event {
  /** The longest text of a TextRecognizer.Recognize, in characters; CIC names no limit (i). */
  int MAX_TEXT_LENGTH = 5_000;

  Header header();

  ObjectNode payload();

  /** What the user says, as audio (C18). */
  record SpeechRecognize(Header header, ObjectNode payload) implements Event {}

  /** What the user says, as text (C26). */
  record TextRecognize(Header header, ObjectNode payload) implements Event {}

  /** Any other event, as it is. */
  record Other(Header header, ObjectNode payload) implements Event {}

  /** Whether it begins a turn that CIC answers: either of the two Recognize events. */
  default boolean isRecognize() {
    return switch (this) {
      case SpeechRecognize s -> true;
      case TextRecognize t -> true;
      case Other o -> false;
    };
  }

  /**
   * What of C17 to C19, C25 and C26 does not hold, one sentence a finding, each beginning with its
   * row ({@code C18: lang must be ko, ja or en}); empty when all hold. Quotes no values.
   */
  default List<String> check() {
    return EventCheck.of(this);
  }

  /** Whether audio parts follow the metadata part. */
  default boolean hasAudio() {
    return switch (this) {
      case SpeechRecognize s -> true;
      case TextRecognize t -> false;
      case Other o -> false;
    };
  }

  /** The metadata part: {@code {"context":[..],"event":{"header":{..},"payload":{..}}}}. */
  default byte[] metadata(List<ContextObject> context) {
    ObjectNode json = Json.newObject();
    ArrayNode array = json.putArray("context");
    for (ContextObject object : context) {
      array.add(object.toJson());
    }
    ObjectNode event = json.putObject("event");
    event.set("header", header().toJson());
    event.set("payload", payload());
    return Json.bytes(json);
  }

  /**
   * The event of a metadata part.
   *
   * @throws MalformedException when it has no event, its messageId is missing, or a Recognize has
   *     no dialogRequestId (C19)
   */
  static Event ofMetadata(byte[] metadata) throws MalformedException {
    ObjectNode event = Json.object(Json.object(metadata), "event");
    Header header = Header.parse(Json.object(event, "header"));
    if (header.messageId().isEmpty()) {
      throw new MalformedException("the event's messageId is missing");
    }
    Event typed =
        of(header, event.get("payload") instanceof ObjectNode payload ? payload : Json.newObject());
    if (typed.isRecognize() && header.dialogRequestId().isEmpty()) {
      throw new MalformedException("a Recognize event needs a dialogRequestId (C19)");
    }
    return typed;
  }

  /**
   * The event of a metadata part that is to be sent, checked as a whole: {@link #ofMetadata}, then
   * C11, C20 and {@link #check}.
   *
   * @throws MalformedException with all findings in its message
   */
  static Event checked(byte[] metadata) throws MalformedException {
    return EventCheck.metadata(metadata);
  }

  /** The context of a metadata part, in its order; objects without a header are passed over. */
  static List<ContextObject> contextOfMetadata(byte[] metadata) throws MalformedException {
    List<ContextObject> context = new ArrayList<>();
    for (JsonNode object : Json.object(metadata).path("context")) {
      ContextObject.parse(object).ifPresent(context::add);
    }
    return context;
  }

  /** The event of this header and payload, with its type. */
  static Event of(Header header, ObjectNode payload) {
    return switch (header.fullName()) {
      case "SpeechRecognizer.Recognize" -> new SpeechRecognize(header, payload);
      case "TextRecognizer.Recognize" -> new TextRecognize(header, payload);
      default -> new Other(header, payload);
    };
  }

  /** A SpeechRecognizer.Recognize by tap, with the payload C18 asks for. */
  static Event speech(String messageId, String dialogRequestId, String lang) {
    ObjectNode payload =
        Json.newObject()
            .put("lang", lang)
            .put("profile", "CLOSE_TALK")
            .put("format", "AUDIO_L16_RATE_16000_CHANNELS_1");
    payload.putObject("initiator").put("type", "TAP").put("inputSource", "SELF");
    return new SpeechRecognize(
        new Header("SpeechRecognizer", "Recognize", messageId, Optional.of(dialogRequestId)),
        payload);
  }

  /** A TextRecognizer.Recognize (C26). */
  static Event text(String messageId, String dialogRequestId, String text) {
    return new TextRecognize(
        new Header("TextRecognizer", "Recognize", messageId, Optional.of(dialogRequestId)),
        Json.newObject().put("text", text));
  }
}
