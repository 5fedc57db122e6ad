package dev.parley.cli.story;

import dev.parley.protocol.Json;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.turnlog.story.Story;
import dev.parley.turnlog.story.StoryEntry;
import dev.parley.turnlog.story.Told;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A story for programs: a JSON object an entry, and one of the kind {@code outcome} last. */
public final class StoryJson {
  private StoryJson() {}

  /**
   * The objects of a story.
   *
   * @param nowMillis epoch milliseconds, to say how long an open turn has been open
   */
  public static List<ObjectNode> objects(Story story, long nowMillis) {
    List<ObjectNode> objects = new ArrayList<>();
    for (StoryEntry entry : story.entries()) {
      ObjectNode json = ofTurn(kind(entry.told()), story.turn());
      json.put("sinceFirstMillis", entry.millis() - story.firstMillis());
      placed(json, entry);
      details(json, entry.told());
      objects.add(json);
    }
    ObjectNode outcome = ofTurn("outcome", story.turn());
    story
        .ending()
        .ifPresentOrElse(
            closed ->
                outcome.put("status", closed.status().toString()).put("reason", closed.reason()),
            () -> outcome.put("status", "open"));
    outcome
        .put("attempts", story.attempts())
        .put("leftOut", story.leftOut())
        .put("sentence", story.sentence(nowMillis));
    objects.add(outcome);
    return objects;
  }

  /** A record that bears the turn's ids and could be laid to no turn. */
  public static ObjectNode unreadable(StoryEntry entry) {
    ObjectNode json = Json.newObject().put("kind", kind(entry.told()));
    placed(json, entry);
    details(json, entry.told());
    return json;
  }

  private static ObjectNode ofTurn(String kind, TurnId turn) {
    return Json.newObject()
        .put("kind", kind)
        .put("device", turn.device())
        .put("dialogRequestId", turn.dialog())
        .put("messageId", turn.message());
  }

  private static void placed(ObjectNode json, StoryEntry entry) {
    json.put("time", Instant.ofEpochMilli(entry.millis()).toString())
        .put("topic", entry.place().topic())
        .put("partition", entry.place().partition())
        .put("offset", entry.place().offset())
        .put("counts", entry.counts());
  }

  private static String kind(Told told) {
    return switch (told) {
      case Told.SpeechBegun _ -> "speech-begin";
      case Told.FirstChunk _ -> "audio-first";
      case Told.Resumed _ -> "audio-resumed";
      case Told.LastChunk _ -> "audio-last";
      case Told.SpeechEnded _ -> "speech-end";
      case Told.TakenBack _ -> "speech-cancel";
      case Told.Claimed _ -> "owner";
      case Told.Released _ -> "release";
      case Told.AttemptBegun _ -> "turn-begun";
      case Told.Sent _ -> "turn-sent";
      case Told.DirectiveReceived _ -> "directive";
      case Told.AttachmentBegun _ -> "attachment-begun";
      case Told.AttachmentEnded _ -> "attachment-ended";
      case Told.Left _ -> "turn-left";
      case Told.Closed _ -> "turn-closed";
      case Told.Unreadable _ -> "unreadable";
    };
  }

  private static void details(ObjectNode json, Told told) {
    if (told instanceof Told.OfAttempt of) {
      json.put("attempt", of.attempt().toString());
    }
    switch (told) {
      case Told.SpeechBegun b -> json.put("event", b.event().orElse(""));
      case Told.Resumed r -> json.put("afterMillis", r.afterMillis());
      case Told.LastChunk l ->
          json.put("chunks", l.chunks())
              .put("bytes", l.bytes())
              .put("pauses", l.pauses())
              .put("missing", l.missing())
              .put("foreign", l.foreign());
      case Told.Claimed c -> json.put("owner", c.owner()).put("dispatcher", c.dispatcher());
      case Told.Released r -> {
        json.put("owner", r.owner());
        ArrayNode finishing = json.putArray("finishing");
        r.finishing().forEach(turn -> finishing.add(turn.toString()));
      }
      case Told.AttemptBegun a -> json.put("event", a.event());
      case Told.Sent s ->
          json.put("chunks", s.chunks())
              .put("bytes", s.bytes())
              .put("endedBy", s.endedBy().toString());
      case Told.DirectiveReceived d ->
          channel(json, d.channel()).put("name", d.name()).put("directive", d.messageId());
      case Told.AttachmentBegun a ->
          channel(json, a.channel())
              .put("attachment", a.attachment())
              .put("contentType", a.contentType());
      case Told.AttachmentEnded a ->
          channel(json, a.channel())
              .put("attachment", a.attachment())
              .put("length", a.length())
              .put("whole", a.whole());
      case Told.Closed c ->
          json.put("status", c.status().toString())
              .put("reason", c.reason())
              .put("detail", c.detail());
      case Told.Unreadable u -> json.put("why", u.why());
      case Told.FirstChunk _, Told.SpeechEnded _, Told.TakenBack _, Told.Left _ -> {
        // Nothing but that it happened.
      }
    }
  }

  private static ObjectNode channel(ObjectNode json, Channel channel) {
    return json.put("channel", channel.toString());
  }
}
