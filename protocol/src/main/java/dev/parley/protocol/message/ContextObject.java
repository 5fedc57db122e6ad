package dev.parley.protocol.message;

import dev.parley.protocol.Json;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A piece of the client's state as of the start of the utterance (C20). */
public sealed interface ContextObject {
  String namespace();

  String name();

  ObjectNode payload();

  /** {@code Speaker.VolumeState}. */
  record VolumeState(ObjectNode payload) implements ContextObject {
    /** A state of this volume. */
    public static VolumeState of(int volume, boolean muted) {
      return new VolumeState(Json.newObject().put("volume", volume).put("muted", muted));
    }

    @Override
    public String namespace() {
      return "Speaker";
    }

    @Override
    public String name() {
      return "VolumeState";
    }
  }

  /** {@code AudioPlayer.PlaybackState}. */
  record PlaybackState(ObjectNode payload) implements ContextObject {
    @Override
    public String namespace() {
      return "AudioPlayer";
    }

    @Override
    public String name() {
      return "PlaybackState";
    }
  }

  /** {@code Alerts.AlertsState}. */
  record AlertsState(ObjectNode payload) implements ContextObject {
    @Override
    public String namespace() {
      return "Alerts";
    }

    @Override
    public String name() {
      return "AlertsState";
    }
  }

  /** {@code Device.DeviceState}. */
  record DeviceState(ObjectNode payload) implements ContextObject {
    @Override
    public String namespace() {
      return "Device";
    }

    @Override
    public String name() {
      return "DeviceState";
    }
  }

  /** Any other, unchanged. */
  record Other(String namespace, String name, ObjectNode payload) implements ContextObject {}

  /** {@code {"header":{..},"payload":{..}}}. */
  default ObjectNode toJson() {
    ObjectNode json = Json.newObject();
    json.putObject("header").put("namespace", namespace()).put("name", name());
    json.set("payload", payload());
    return json;
  }

  /** The object of this JSON; none when it has no header or payload. */
  static Optional<ContextObject> parse(JsonNode json) {
    if (!(json.get("payload") instanceof ObjectNode payload)) {
      return Optional.empty();
    }
    String namespace = json.path("header").path("namespace").asString("");
    String name = json.path("header").path("name").asString("");
    if (namespace.isEmpty() || name.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (namespace + "." + name) {
          case "Speaker.VolumeState" -> new VolumeState(payload);
          case "AudioPlayer.PlaybackState" -> new PlaybackState(payload);
          case "Alerts.AlertsState" -> new AlertsState(payload);
          case "Device.DeviceState" -> new DeviceState(payload);
          default -> new Other(namespace, name, payload);
        });
  }
}
