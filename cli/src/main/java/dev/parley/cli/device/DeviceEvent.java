package dev.parley.cli.device;

import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Directive;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a router tells a device. */
public sealed interface DeviceEvent {
  /**
   * A directive.
   *
   * @param cursor its place in the device's queue; none for what overtakes the queue
   * @param turn messageId of the turn that it answers; empty where that is not known
   * @param madeByParley whether Parley made it in CIC's stead
   * @param attachments paths of the attachments that were known already, by Content-ID
   */
  record Received(
      OptionalLong cursor,
      Directive directive,
      String turn,
      boolean madeByParley,
      Map<String, String> attachments)
      implements DeviceEvent {}

  /**
   * An attachment of a directive that was told before.
   *
   * @param path where to get it
   * @param directive messageId of the directive that names it
   */
  record AttachmentKnown(OptionalLong cursor, String contentId, String path, String directive)
      implements DeviceEvent {}

  /**
   * A turn is over.
   *
   * @param turn its messageId
   * @param json all that the router said
   */
  record TurnClosed(
      OptionalLong cursor,
      String turn,
      String status,
      String reason,
      String detail,
      ObjectNode json)
      implements DeviceEvent {
    /** Whether all went well. */
    public boolean isOk() {
      return status.equals("ok");
    }

    /** A moment that the dispatcher noted, in epoch milliseconds; empty if it never came. */
    public OptionalLong time(String name) {
      return number("times", name);
    }

    /** Something that the dispatcher counted. */
    public OptionalLong count(String name) {
      return number("counts", name);
    }

    private OptionalLong number(String group, String name) {
      JsonNode value = json.path(group).path(name);
      return value.isIntegralNumber() ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
    }
  }

  /**
   * The router ends the stream.
   *
   * @param why {@code replaced}, {@code moved}, {@code stopping} or {@code too-slow}
   */
  record Ended(String why) implements DeviceEvent {}

  /** Reads an event of the stream. */
  static DeviceEvent of(ServerSentEvents.Event event) throws MalformedException {
    ObjectNode json = Json.object(event.data().getBytes(StandardCharsets.UTF_8));
    OptionalLong cursor = cursor(event.id());
    return switch (event.name()) {
      case "directive" ->
          new Received(
              cursor,
              Directive.parse(Json.bytes(json)),
              Json.text(json, "turn", ""),
              Json.text(json, "source", "cic").equals("parley"),
              texts(json.path("attachments")));
      case "attachment" ->
          new AttachmentKnown(
              cursor,
              Json.text(json, "contentId"),
              Json.text(json, "url"),
              Json.text(json, "directive", ""));
      case "turn-closed" ->
          new TurnClosed(
              cursor,
              Json.text(json, "turn"),
              Json.text(json, "status"),
              Json.text(json, "reason"),
              Json.text(json, "detail", ""),
              json);
      default -> new Ended(event.name());
    };
  }

  private static OptionalLong cursor(String id) throws MalformedException {
    try {
      return id.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(id));
    } catch (NumberFormatException e) {
      throw new MalformedException("an event's id is not a number", e);
    }
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new LinkedHashMap<>();
    object.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asString("")));
    return texts;
  }
}
