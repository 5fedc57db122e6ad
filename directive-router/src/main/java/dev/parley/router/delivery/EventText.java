package dev.parley.router.delivery;

import dev.parley.protocol.Json;
import dev.parley.protocol.TurnId;
import dev.parley.router.queue.Delivery;
import dev.parley.router.queue.Message;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Messages as server-sent events.
 *
 * <pre>
 *   event: directive        | attachment | turn-closed
 *   id: 45056               the cursor; no such line for what overtakes the queue
 *   data: {"directive":...  one line of JSON
 *                           an empty line
 * </pre>
 */
final class EventText {
  private final String attachments;

  EventText(String device) {
    this.attachments = "/v1/devices/" + device + "/attachments/";
  }

  byte[] of(Delivery delivery) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    switch (delivery.message()) {
      case Message.OfDirective m -> {
        head(out, "directive", delivery);
        directive(out, m);
      }
      case Message.AttachmentKnown m -> {
        head(out, "attachment", delivery);
        out.writeBytes(Json.bytes(attachment(m)));
      }
      case Message.OfTurnClosed m -> {
        head(out, "turn-closed", delivery);
        out.writeBytes(Json.bytes(turnClosed(m)));
      }
    }
    ascii(out, "\n\n");
    return out.toByteArray();
  }

  static byte[] of(Outlet.End why) {
    return ("event: " + why + "\ndata: {}\n\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static void head(ByteArrayOutputStream out, String event, Delivery delivery) {
    ascii(out, "event: " + event + "\n");
    delivery.cursor().ifPresent(cursor -> ascii(out, "id: " + cursor + "\n"));
    ascii(out, "data: ");
  }

  private void directive(ByteArrayOutputStream out, Message.OfDirective message) {
    ascii(out, "{\"directive\":");
    // Line breaks can only stand between JSON's tokens: inside strings they are escaped.
    for (byte b : message.json()) {
      out.write(b == '\n' || b == '\r' ? ' ' : b);
    }
    ObjectNode beside = Json.newObject();
    turn(beside, message.turn());
    beside.put("source", message.made() ? "parley" : "cic");
    ObjectNode urls = beside.putObject("attachments");
    for (Map.Entry<String, String> a : new TreeMap<>(message.attachments()).entrySet()) {
      urls.put(a.getKey(), attachments + a.getValue());
    }
    out.write(',');
    byte[] rest = Json.bytes(beside);
    out.write(rest, 1, rest.length - 1);
  }

  private ObjectNode attachment(Message.AttachmentKnown message) {
    ObjectNode json = Json.newObject();
    json.put("contentId", message.attachment().contentId());
    json.put("url", attachments + message.attachment().name());
    json.put("contentType", message.attachment().contentType());
    json.put("directive", message.directive());
    message.dialog().ifPresent(dialog -> json.put("dialogRequestId", dialog));
    turn(json, message.turn());
    return json;
  }

  private static ObjectNode turnClosed(Message.OfTurnClosed message) {
    var closed = message.closed();
    ObjectNode json = Json.newObject();
    json.put("dialogRequestId", closed.turn().dialog());
    turn(json, Optional.of(closed.turn()));
    json.put("attempt", closed.attempt().toString());
    json.put("status", closed.status().toString());
    json.put("reason", closed.reason());
    json.put("detail", closed.detail());
    ObjectNode counts = json.putObject("counts");
    new TreeMap<>(closed.counts()).forEach((name, number) -> counts.put(name, number));
    ObjectNode times = json.putObject("times");
    new TreeMap<>(closed.times()).forEach((name, number) -> times.put(name, number));
    return json;
  }

  private static void turn(ObjectNode json, Optional<TurnId> turn) {
    turn.ifPresent(t -> json.put("turn", t.message()));
  }

  private static void ascii(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}
