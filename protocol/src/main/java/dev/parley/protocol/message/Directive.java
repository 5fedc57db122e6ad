package dev.parley.protocol.message;

import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A directive from CIC. Those that Parley acts on have a type; every other is {@link Other} and
 * passes through as it came (C33). {@link #payload()} is always the payload as received.
 */
public sealed interface Directive {
  Header header();

  ObjectNode payload();

  /** The downchannel is up; events may be sent (C3). */
  record Hello(Header header, ObjectNode payload) implements Directive {}

  /** Recording stops and the request is finished (C21). */
  record StopCapture(Header header, ObjectNode payload) implements Directive {
    /** What CIC understood, where it says so. */
    public Optional<String> recognizedText() {
      return nonEmpty(payload, "recognizedText");
    }
  }

  /** A sign of life that extends a time-out (C23). */
  record KeepRecording(Header header, ObjectNode payload) implements Directive {}

  /** Intermediate text (C24). */
  record ShowRecognizedText(Header header, ObjectNode payload) implements Directive {}

  /** The next turn of the same dialog is awaited (C25). */
  record ExpectSpeech(Header header, ObjectNode payload) implements Directive {
    /** What the next Recognize echoes as {@code speechId}. */
    public Optional<String> expectSpeechId() {
      return nonEmpty(payload, "expectSpeechId");
    }

    /** Whether the device must listen; else it may decline. Echoed too. */
    public boolean explicit() {
      return payload.path("explicit").asBoolean(false);
    }

    /** How long the microphone stays open for speech to begin, from 0; where CIC says so. */
    public OptionalLong timeoutInMilliseconds() {
      JsonNode timeout = payload.path("timeoutInMilliseconds");
      return timeout.isIntegralNumber() && timeout.canConvertToLong() && timeout.longValue() >= 0
          ? OptionalLong.of(timeout.longValue())
          : OptionalLong.empty();
    }

    /** The kind of content that is awaited, where CIC says so. */
    public Optional<String> expectContentType() {
      return nonEmpty(payload, "expectContentType");
    }
  }

  /** Say this audio (C34, C35). */
  record Speak(Header header, ObjectNode payload) implements Directive {
    /** What SpeechStarted and SpeechFinished name this speech by (C45). */
    public Optional<String> token() {
      return nonEmpty(payload, "token");
    }
  }

  /** Show this. */
  record RenderText(Header header, ObjectNode payload) implements Directive {}

  /** An error of CIC's (C38). */
  record SystemException(Header header, ObjectNode payload) implements Directive {
    /** The status, as CIC wrote it: a number or a word. */
    public String code() {
      return payload.path("code").asString("");
    }

    /** The text for people. */
    public String description() {
      return payload.path("description").asString("");
    }
  }

  /** Any other: known to the device, perhaps, and none of Parley's business. */
  record Other(Header header, ObjectNode payload) implements Directive {}

  /** Whether it steers the recording (C21 to C24) and therefore overtakes queues. */
  default boolean isCaptureControl() {
    return switch (this) {
      case StopCapture s -> true;
      case KeepRecording k -> true;
      case ShowRecognizedText s -> true;
      case Hello h -> false;
      case ExpectSpeech e -> false;
      case Speak s -> false;
      case RenderText r -> false;
      case SystemException s -> false;
      case Other o -> false;
    };
  }

  /**
   * The Content-IDs that {@code cid:} urls anywhere in the payload name, in order, each once (C35).
   */
  default List<String> contentIds() {
    Set<String> found = new LinkedHashSet<>();
    collectContentIds(payload(), found);
    return List.copyOf(found);
  }

  private static void collectContentIds(JsonNode node, Set<String> found) {
    if (node.isString()
        && node.stringValue().length() > 4
        && node.stringValue().regionMatches(true, 0, "cid:", 0, 4)) {
      found.add(node.stringValue().substring(4));
    }
    for (JsonNode child : node) {
      collectContentIds(child, found);
    }
  }

  private static Optional<String> nonEmpty(ObjectNode payload, String field) {
    String text = Json.text(payload, field, "");
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** The directive as JSON, {@code {"header":{..},"payload":{..}}}. */
  default byte[] json() {
    ObjectNode json = Json.newObject();
    json.set("header", header().toJson());
    json.set("payload", payload());
    return Json.bytes(json);
  }

  /**
   * Reads a directive, wrapped in {@code {"directive":{..}}} or bare (C38).
   *
   * @throws MalformedException when it has no header with namespace and name, an id in it is not as
   *     {@link dev.parley.protocol.Ids} says, or the payload is no object
   */
  static Directive parse(byte[] json) throws MalformedException {
    ObjectNode root = Json.object(json);
    ObjectNode directive = root.get("directive") instanceof ObjectNode wrapped ? wrapped : root;
    Header header = Header.parse(Json.object(directive, "header"));
    JsonNode payload = directive.get("payload");
    return of(
        header,
        payload == null || payload.isNull() ? Json.newObject() : Json.object(directive, "payload"));
  }

  /** The directive of this header and payload, with its type. */
  static Directive of(Header header, ObjectNode payload) {
    return switch (header.fullName()) {
      case "Clova.Hello" -> new Hello(header, payload);
      case "SpeechRecognizer.StopCapture" -> new StopCapture(header, payload);
      case "SpeechRecognizer.KeepRecording" -> new KeepRecording(header, payload);
      case "SpeechRecognizer.ShowRecognizedText" -> new ShowRecognizedText(header, payload);
      case "SpeechRecognizer.ExpectSpeech" -> new ExpectSpeech(header, payload);
      case "SpeechSynthesizer.Speak" -> new Speak(header, payload);
      case "Clova.RenderText" -> new RenderText(header, payload);
      case "System.Exception" -> new SystemException(header, payload);
      default -> new Other(header, payload);
    };
  }

  /**
   * A System.Exception as CIC would send it (C38), for errors that Parley reports in CIC's stead.
   */
  static Directive exception(
      String messageId, Optional<String> dialogRequestId, String code, String description) {
    return new SystemException(
        new Header("System", "Exception", messageId, dialogRequestId),
        Json.newObject().put("code", code).put("description", description));
  }
}
