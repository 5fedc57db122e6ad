package dev.parley.trials.chaos;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.EventStream.Event;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What an event of a device's stream says. */
final class TellingText {
  private final String device;
  private final int stream;
  private final Event event;
  private final ObjectNode json;

  TellingText(String device, int stream, Event event) throws MalformedException {
    this.device = device;
    this.stream = stream;
    this.event = event;
    this.json = Json.object(event.data().getBytes(StandardCharsets.UTF_8));
  }

  /** What the device is told; empty when it is only about the stream. */
  Optional<Told> told() throws MalformedException {
    return switch (event.name()) {
      case "directive" -> Optional.of(directive(Directive.parse(Json.bytes(json))));
      case "attachment" ->
          Optional.of(
              new Told.Attachment(
                  device,
                  stream,
                  event.id(),
                  Json.text(json, "turn", ""),
                  Json.text(json, "directive"),
                  Json.text(json, "contentId"),
                  named(Json.text(json, "url"))));
      case "turn-closed" ->
          Optional.of(
              new Told.Closed(
                  device,
                  stream,
                  event.id(),
                  Json.text(json, "turn"),
                  Attempt.parse(Json.text(json, "attempt")),
                  status(Json.text(json, "status"))));
      default -> Optional.empty();
    };
  }

  private Told directive(Directive directive) throws MalformedException {
    Map<String, String> names = new HashMap<>();
    for (Map.Entry<String, String> address : addresses().entrySet()) {
      names.put(address.getKey(), named(address.getValue()));
    }
    return new Told.Directive(
        device,
        stream,
        event.id(),
        Json.text(json, "turn", ""),
        directive.header().dialogRequestId(),
        directive.header().messageId(),
        directive.header().fullName(),
        Json.text(json, "source", "cic").equals("parley"),
        names);
  }

  private Map<String, String> addresses() throws MalformedException {
    Map<String, String> addresses = new HashMap<>();
    if (json.get("attachments") instanceof ObjectNode given) {
      for (String contentId : given.propertyNames()) {
        addresses.put(contentId, Json.text(given, contentId));
      }
    }
    return addresses;
  }

  /** Where the attachments are that the device is told of, by name. */
  Map<String, String> offered() throws MalformedException {
    Map<String, String> offered = new HashMap<>();
    switch (event.name()) {
      case "directive" -> {
        for (String address : addresses().values()) {
          offered.put(named(address), address);
        }
      }
      case "attachment" -> {
        String address = Json.text(json, "url");
        offered.put(named(address), address);
      }
      default -> {
        // Nothing else tells of any.
      }
    }
    return offered;
  }

  private static String named(String address) {
    return address.substring(address.lastIndexOf('/') + 1);
  }

  private static TurnStatus status(String word) throws MalformedException {
    return Arrays.stream(TurnStatus.values())
        .filter(s -> s.toString().equals(word))
        .findFirst()
        .orElseThrow(() -> new MalformedException("no status: " + word));
  }
}
