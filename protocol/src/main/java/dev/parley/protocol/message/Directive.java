package dev.parley.protocol.message;

import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
      String text = Json.text(payload, "recognizedText", "");
      return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
  }

  /** A sign of life that extends a time-out (C23). */
  record KeepRecording(Header header, ObjectNode payload) implements Directive {}

  /** Intermediate text (C24). */
  record ShowRecognizedText(Header header, ObjectNode payload) implements Directive {}

  /** The next turn of the same dialog is awaited (C25). */
  record ExpectSpeech(Header header, ObjectNode payload) implements Directive {}

  /** Say this audio (C34, C35). */
  record Speak(Header header, ObjectNode payload) implements Directive {}

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

  /** The Content-IDs that {@code cid:} urls anywhere in the payload name, in order (C35). */
  default List<String> contentIds() {
    List<String> found = new ArrayList<>();
    collectContentIds(payload(), found);
    return found;
  }

  private static void collectContentIds(JsonNode node, List<String> found) {
    if (node.isString() && node.stringValue().regionMatches(true, 0, "cid:", 0, 4)) {
      found.add(node.stringValue().substring(4));
    }
    for (JsonNode child : node) {
      collectContentIds(child, found);
    }
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
   * @throws MalformedException when it has no header with namespace and name
   */
  static Directive parse(byte[] json) throws MalformedException {
    ObjectNode root = Json.object(json);
    ObjectNode directive = root.get("directive") instanceof ObjectNode wrapped ? wrapped : root;
    return of(
        Header.parse(Json.object(directive, "header")),
        directive.get("payload") instanceof ObjectNode payload ? payload : Json.newObject());
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
