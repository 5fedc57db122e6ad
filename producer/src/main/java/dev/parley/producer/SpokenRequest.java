package dev.parley.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.protocol.Ids;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.ContextObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads from an HTTP request which turn it wants spoken. */
final class SpokenRequest {
  /** Carries a device's own metadata (C11) beside a body of audio: base64 of the JSON. */
  static final String METADATA_HEADER = "Parley-Metadata";

  private final String device;
  private final String dialog;
  private final Fields query;

  /**
   * The request to a turn of this device and dialog.
   *
   * @throws Refusal when the query cannot be read
   */
  SpokenRequest(Request request, String device, String dialog) throws Refusal {
    this.device = device;
    this.dialog = dialog;
    try {
      this.query = Request.extractQueryParameters(request);
    } catch (RuntimeException e) {
      throw Refusal.badRequest("the query is not properly encoded");
    }
  }

  /** Speech: from the metadata header where there is one, else from the query. */
  TurnRequest speech(Request request) throws Refusal {
    Optional<String> header = Optional.ofNullable(request.getHeaders().get(METADATA_HEADER));
    if (header.isPresent()) {
      return audible(own(decoded(header.get())));
    }
    return fromQuery(() -> TurnRequest.speech(device, parameter("lang").orElse("en")));
  }

  /** Text: {@code {"text":..}}, perhaps with {@code "context":[..]}; or a device's own metadata. */
  TurnRequest text(InputStream body) throws Refusal {
    try {
      byte[] json = body.readNBytes(Json.MAX_BYTES + 1);
      ObjectNode root = Json.object(json);
      if (root.has("event")) {
        TurnRequest request = own(json);
        if (request.hasAudio()) {
          throw Refusal.badRequest("speech needs audio as its body, JSON is for text");
        }
        return request;
      }
      String text = Json.text(root, "text");
      return fromQuery(() -> TurnRequest.text(device, text).withContext(context(root)));
    } catch (MalformedException e) {
      throw Refusal.badRequest(e.getMessage());
    } catch (IOException e) {
      throw Refusal.badRequest("the body broke off");
    }
  }

  /** Makes a request; an illegal argument is the device's mistake. */
  private interface Making {
    TurnRequest make();
  }

  private TurnRequest fromQuery(Making making) throws Refusal {
    try {
      TurnRequest made = making.make().withDialog(dialog);
      Optional<String> message = parameter("message");
      if (message.isPresent()) {
        made = made.withMessage(message.get());
      }
      Optional<String> expected = parameter("speechId");
      if (expected.isPresent()) {
        made = made.answering(expected.get(), flag("explicit"));
      }
      return made;
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest(e.getMessage());
    }
  }

  private TurnRequest own(byte[] metadata) throws Refusal {
    try {
      TurnRequest request = TurnRequest.ofMetadata(device, metadata);
      if (!request.turn().dialog().equals(dialog)) {
        throw Refusal.badRequest("the metadata's dialogRequestId is not that of the path");
      }
      return request;
    } catch (MalformedException e) {
      throw Refusal.badRequest(e.getMessage());
    }
  }

  private static TurnRequest audible(TurnRequest request) throws Refusal {
    if (!request.hasAudio()) {
      throw Refusal.badRequest(
          "a body of audio needs the metadata of a SpeechRecognizer.Recognize");
    }
    return request;
  }

  private static byte[] decoded(String header) throws Refusal {
    try {
      return Base64.getDecoder().decode(header.getBytes(UTF_8));
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest(METADATA_HEADER + " is not base64");
    }
  }

  private static List<ContextObject> context(ObjectNode root) {
    List<ContextObject> context = new ArrayList<>();
    for (JsonNode object : root.path("context")) {
      context.add(
          ContextObject.parse(object)
              .orElseThrow(
                  () -> new IllegalArgumentException("a context object lacks header or payload")));
    }
    return context;
  }

  private boolean flag(String name) {
    return switch (parameter(name).orElse("false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(name + " must be true or false");
    };
  }

  private Optional<String> parameter(String name) {
    return Optional.ofNullable(query.getValue(name));
  }

  /** An id of the path, checked. */
  static String id(String what, String value) throws Refusal {
    if (!Ids.isValid(value)) {
      throw Refusal.badRequest(what + " must be 1 to 64 of the characters A-Z a-z 0-9 . _ -");
    }
    return value;
  }
}
