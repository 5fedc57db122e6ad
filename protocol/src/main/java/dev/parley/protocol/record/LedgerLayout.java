package dev.parley.protocol.record;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord.AttachmentBegun;
import dev.parley.protocol.record.LedgerRecord.AttachmentEnded;
import dev.parley.protocol.record.LedgerRecord.DirectiveReceived;
import dev.parley.protocol.record.LedgerRecord.Owner;
import dev.parley.protocol.record.LedgerRecord.Release;
import dev.parley.protocol.record.LedgerRecord.Renewal;
import dev.parley.protocol.record.LedgerRecord.TurnBegun;
import dev.parley.protocol.record.LedgerRecord.TurnClosed;
import dev.parley.protocol.record.LedgerRecord.TurnLeft;
import dev.parley.protocol.record.LedgerRecord.TurnSent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How ledger records stand on the topic: the table is in the package's description. */
final class LedgerLayout {
  private LedgerLayout() {}

  /** The record's form on the topic. */
  static RawRecord raw(LedgerRecord record, Stamp stamp) {
    if (isNumbered(record) != stamp.seq().isPresent()) {
      throw new IllegalArgumentException(
          "a record about the partition has no seq, and each other has one");
    }
    RawRecord plain = raw(record);
    Map<String, String> headers = new HashMap<>(plain.headers());
    stamp.put(headers);
    return new RawRecord(plain.key(), headers, plain.value());
  }

  private static boolean isNumbered(LedgerRecord record) {
    return switch (record) {
      case Owner _, Release _, Renewal _ -> false;
      case TurnBegun _,
          TurnSent _,
          DirectiveReceived _,
          AttachmentBegun _,
          AttachmentEnded _,
          TurnLeft _,
          TurnClosed _ ->
          true;
    };
  }

  private static RawRecord raw(LedgerRecord record) {
    return switch (record) {
      case Owner o ->
          raw(o, "owner", "", Map.of(), Json.newObject().put("dispatcher", o.dispatcher()));
      case Release r -> {
        ObjectNode body = Json.newObject();
        ArrayNode turns = body.putArray("turns");
        for (TurnId turn : r.named()) {
          turns
              .addObject()
              .put("device", turn.device())
              .put("dialogRequestId", turn.dialog())
              .put("messageId", turn.message());
        }
        yield raw(r, "release", "", Map.of(), body);
      }
      case Renewal r -> raw(r, "release", "", Map.of(), Json.newObject());
      case TurnBegun t ->
          ofTurn(
              t,
              "turn-begun",
              t.turn(),
              Json.newObject().put("event", t.event()).put("speechOffset", t.speechOffset()));
      case TurnSent t ->
          ofTurn(
              t,
              "turn-sent",
              t.turn(),
              Json.newObject()
                  .put("audioBytes", t.audioBytes())
                  .put("audioChunks", t.audioChunks())
                  .put("endedBy", t.endedBy().toString()));
      case DirectiveReceived d ->
          raw(d, "directive", key(d.device(), d.turn()), directive(d), d.json());
      case AttachmentBegun a ->
          raw(
              a,
              "attachment",
              key(a.device(), a.turn()),
              received(a.device(), a.turn(), a.channel()),
              Json.newObject()
                  .put("state", "begun")
                  .put("attachment", a.attachment())
                  .put("contentId", a.contentId())
                  .put("contentType", a.contentType())
                  .put("offset", a.offset()));
      case AttachmentEnded a ->
          raw(
              a,
              "attachment",
              key(a.device(), a.turn()),
              received(a.device(), a.turn(), a.channel()),
              Json.newObject()
                  .put("state", a.whole() ? "whole" : "broken")
                  .put("attachment", a.attachment())
                  .put("length", a.length())
                  .put("sha256", a.sha256()));
      case TurnLeft t -> ofTurn(t, "turn-left", t.turn(), Json.newObject());
      case TurnClosed t -> {
        ObjectNode body =
            Json.newObject()
                .put("status", t.status().toString())
                .put("reason", t.reason())
                .put("detail", t.detail());
        put(body.putObject("counts"), t.counts());
        put(body.putObject("times"), t.times());
        yield ofTurn(t, "turn-closed", t.turn(), body);
      }
    };
  }

  private static void put(ObjectNode object, Map<String, Long> numbers) {
    new TreeMap<>(numbers).forEach((name, number) -> object.put(name, number));
  }

  private static String key(String device, Optional<TurnId> turn) {
    return turn.map(TurnId::dialog).orElse(device);
  }

  private static Map<String, String> directive(DirectiveReceived d) {
    Map<String, String> headers = received(d.device(), d.turn(), d.channel());
    headers.put("directive-id", DirectiveId.of(d.json()));
    return headers;
  }

  private static Map<String, String> received(
      String device, Optional<TurnId> turn, Channel channel) {
    Map<String, String> headers = new HashMap<>();
    headers.put("device", device);
    headers.put("channel", channel.toString());
    turn.ifPresent(t -> headers.put("message", t.message()));
    return headers;
  }

  private static RawRecord ofTurn(LedgerRecord record, String kind, TurnId turn, JsonNode body) {
    return raw(
        record,
        kind,
        turn.dialog(),
        Map.of("device", turn.device(), "message", turn.message()),
        body);
  }

  private static RawRecord raw(
      LedgerRecord record, String kind, String key, Map<String, String> more, JsonNode body) {
    return raw(record, kind, key, more, Json.bytes(body));
  }

  private static RawRecord raw(
      LedgerRecord record, String kind, String key, Map<String, String> more, byte[] value) {
    Map<String, String> headers = new HashMap<>(more);
    headers.put("v", LedgerRecord.VERSION);
    headers.put("kind", kind);
    headers.put("attempt", record.attempt().toString());
    return new RawRecord(key, headers, value);
  }

  static LedgerRecord parse(RawRecord raw) throws MalformedException {
    raw.checkVersion(LedgerRecord.VERSION);
    Attempt attempt = raw.attempt();
    String kind = raw.header("kind");
    try {
      LedgerRecord record = parse(raw, attempt, kind);
      if (isNumbered(record)) {
        var _ = raw.seq();
      }
      return record;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new MalformedException(kind + ": " + e.getMessage(), e);
    }
  }

  private static LedgerRecord parse(RawRecord raw, Attempt attempt, String kind)
      throws MalformedException {
    return switch (kind) {
      case "owner" -> new Owner(attempt, Json.text(Json.object(raw.value()), "dispatcher"));
      case "release" -> {
        ObjectNode body = Json.object(raw.value());
        yield body.has("turns") ? new Release(attempt, named(body)) : new Renewal(attempt);
      }
      case "turn-begun" -> {
        ObjectNode body = Json.object(raw.value());
        yield new TurnBegun(
            raw.turn(), attempt, Json.text(body, "event"), Json.number(body, "speechOffset"));
      }
      case "turn-sent" -> {
        ObjectNode body = Json.object(raw.value());
        yield new TurnSent(
            raw.turn(),
            attempt,
            Json.number(body, "audioBytes"),
            Math.toIntExact(Json.number(body, "audioChunks")),
            UploadEnd.parse(Json.text(body, "endedBy")));
      }
      case "directive" ->
          new DirectiveReceived(
              raw.id("device"),
              turnIfAny(raw),
              attempt,
              Channel.parse(raw.header("channel")),
              LedgerChecks.directive(raw.value()));
      case "attachment" -> attachment(raw, attempt);
      case "turn-left" -> {
        var _ = Json.object(raw.value());
        yield new TurnLeft(raw.turn(), attempt);
      }
      case "turn-closed" -> {
        ObjectNode body = Json.object(raw.value());
        yield new TurnClosed(
            raw.turn(),
            attempt,
            TurnStatus.parse(Json.text(body, "status")),
            Json.text(body, "reason"),
            Json.text(body, "detail"),
            numbers(Json.object(body, "counts")),
            numbers(Json.object(body, "times")));
      }
      default -> throw new MalformedException("header \"kind\" is not one this release knows");
    };
  }

  private static LedgerRecord attachment(RawRecord raw, Attempt attempt) throws MalformedException {
    ObjectNode body = Json.object(raw.value());
    String state = Json.text(body, "state");
    String name = Json.text(body, "attachment");
    Channel channel = Channel.parse(raw.header("channel"));
    String device = raw.id("device");
    Optional<TurnId> turn = turnIfAny(raw);
    return switch (state) {
      case "begun" ->
          new AttachmentBegun(
              device,
              turn,
              attempt,
              channel,
              name,
              Json.text(body, "contentId"),
              Json.text(body, "contentType"),
              Json.number(body, "offset"));
      case "whole", "broken" ->
          new AttachmentEnded(
              device,
              turn,
              attempt,
              channel,
              name,
              Json.number(body, "length"),
              LedgerChecks.sha256(Json.text(body, "sha256")),
              state.equals("whole"));
      default -> throw new MalformedException("\"state\" is none of begun, whole, broken");
    };
  }

  /** Without a message the key must be the device: a dialog's record is never read as id-less. */
  private static Optional<TurnId> turnIfAny(RawRecord raw) throws MalformedException {
    Optional<TurnId> turn = raw.turnIfAny();
    if (turn.isEmpty() && !raw.key().equals(raw.id("device"))) {
      throw new MalformedException(
          "header \"message\" is missing, and the key is not the device's id");
    }
    return turn;
  }

  private static List<TurnId> named(ObjectNode body) throws MalformedException {
    List<TurnId> turns = new ArrayList<>();
    if (!(body.get("turns") instanceof ArrayNode named)) {
      throw new MalformedException("\"turns\" is not an array");
    }
    for (JsonNode turn : named) {
      turns.add(
          new TurnId(
              Json.text(turn, "device"),
              Json.text(turn, "dialogRequestId"),
              Json.text(turn, "messageId")));
    }
    return turns;
  }

  private static Map<String, Long> numbers(ObjectNode object) throws MalformedException {
    Map<String, Long> numbers = new HashMap<>();
    for (String name : object.propertyNames()) {
      numbers.put(name, Json.number(object, name));
    }
    return numbers;
  }
}
