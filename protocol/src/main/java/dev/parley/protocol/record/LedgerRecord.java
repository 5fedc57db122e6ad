package dev.parley.protocol.record;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.Ids;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A record of {@code parley.ledger}, the one ordered history of what became of every turn: key
 * dialogRequestId where it is about a turn, else the device id, else empty; headers {@code v},
 * {@code kind}, {@code attempt} and, where they apply, {@code device}, {@code message}, {@code
 * seq}, {@code channel}.
 */
public sealed interface LedgerRecord {
  /** Who wrote it: the owner's number, and its try where the record is about a turn. */
  Attempt attempt();

  /**
   * A dispatcher claims the partition; the first claim of a number wins.
   *
   * @param dispatcher the claiming process's own random id
   */
  record Owner(Attempt attempt, String dispatcher) implements LedgerRecord {
    /** Checks the id. */
    public Owner {
      Ids.check("dispatcher", dispatcher);
    }
  }

  /**
   * An owner lets the partition go.
   *
   * @param finishing turns whose response has begun and which it may finish for a short while
   */
  record Release(Attempt attempt, List<TurnId> finishing) implements LedgerRecord {
    /** Copies the list. */
    public Release {
      finishing = List.copyOf(finishing);
    }
  }

  /**
   * An attempt begins.
   *
   * @param event the event's full name, such as {@code SpeechRecognizer.Recognize}
   * @param speechOffset where the turn's {@code begin} stands in {@code parley.speech}
   */
  record TurnBegun(TurnId turn, Attempt attempt, String event, long speechOffset)
      implements LedgerRecord {}

  /**
   * The event has been sent completely (C28).
   *
   * @param audioBytes audio sent
   * @param audioChunks chunks sent
   * @param endedBy what ended the upload
   */
  record TurnSent(TurnId turn, Attempt attempt, long audioBytes, int audioChunks, UploadEnd endedBy)
      implements LedgerRecord {}

  /**
   * CIC sent a directive.
   *
   * @param turn the turn it answers, or the open turn of its dialog; none for what belongs to the
   *     device alone
   * @param seq 0, 1, 2 ... within what the attempt received, attachments counted too
   * @param json the directive, {@code {"header":{..},"payload":{..}}}, as it came
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record DirectiveReceived(
      String device, Optional<TurnId> turn, Attempt attempt, int seq, Channel channel, byte[] json)
      implements LedgerRecord {}

  /**
   * An attachment has begun to arrive; its pieces stand in {@code parley.attachments}.
   *
   * @param attachment Parley's name for it, unique within the device
   * @param contentId the Content-ID that {@code cid:} urls name (C35), opaque
   * @param contentType as CIC said
   * @param offset where its first piece stands, in the partition of the same number
   */
  record AttachmentBegun(
      String device,
      Optional<TurnId> turn,
      Attempt attempt,
      int seq,
      Channel channel,
      String attachment,
      String contentId,
      String contentType,
      long offset)
      implements LedgerRecord {}

  /**
   * An attachment has arrived, or broke off.
   *
   * @param length bytes that arrived
   * @param sha256 of these bytes, in lower case hex
   * @param whole false when it broke off
   */
  record AttachmentEnded(
      String device,
      Optional<TurnId> turn,
      Attempt attempt,
      int seq,
      Channel channel,
      String attachment,
      long length,
      String sha256,
      boolean whole)
      implements LedgerRecord {}

  /**
   * The turn is over; nothing more of it follows.
   *
   * @param reason a short slug that says why, such as {@code idle-timeout}
   * @param detail one sentence for people, without private content
   * @param counts named counts: {@code audioChunks}, {@code audioBytes}, {@code directives}, {@code
   *     attachments}
   * @param times named moments in epoch milliseconds, by the dispatcher's clock; absent where there
   *     was none: {@code begun}, {@code requested}, {@code firstAudio}, {@code stopCapture}, {@code
   *     sent}, {@code firstDirective}, {@code closed}
   */
  record TurnClosed(
      TurnId turn,
      Attempt attempt,
      TurnStatus status,
      String reason,
      String detail,
      Map<String, Long> counts,
      Map<String, Long> times)
      implements LedgerRecord {
    /** Copies the maps. */
    public TurnClosed {
      Ids.check("reason", reason);
      counts = Map.copyOf(counts);
      times = Map.copyOf(times);
    }
  }

  /** The record's form on the topic. */
  default RawRecord toRaw() {
    return switch (this) {
      case Owner o ->
          raw("owner", "", Map.of(), Json.newObject().put("dispatcher", o.dispatcher()));
      case Release r -> {
        ObjectNode body = Json.newObject();
        ArrayNode turns = body.putArray("finishing");
        for (TurnId turn : r.finishing()) {
          turns
              .addObject()
              .put("device", turn.device())
              .put("dialogRequestId", turn.dialog())
              .put("messageId", turn.message());
        }
        yield raw("release", "", Map.of(), body);
      }
      case TurnBegun t ->
          ofTurn(
              "turn-begun",
              t.turn(),
              Json.newObject().put("event", t.event()).put("speechOffset", t.speechOffset()));
      case TurnSent t ->
          ofTurn(
              "turn-sent",
              t.turn(),
              Json.newObject()
                  .put("audioBytes", t.audioBytes())
                  .put("audioChunks", t.audioChunks())
                  .put("endedBy", t.endedBy().toString()));
      case DirectiveReceived d ->
          raw(
              "directive",
              key(d.device(), d.turn()),
              received(d.device(), d.turn(), d.seq(), d.channel()),
              d.json());
      case AttachmentBegun a ->
          raw(
              "attachment",
              key(a.device(), a.turn()),
              received(a.device(), a.turn(), a.seq(), a.channel()),
              Json.newObject()
                  .put("state", "begun")
                  .put("attachment", a.attachment())
                  .put("contentId", a.contentId())
                  .put("contentType", a.contentType())
                  .put("offset", a.offset()));
      case AttachmentEnded a ->
          raw(
              "attachment",
              key(a.device(), a.turn()),
              received(a.device(), a.turn(), a.seq(), a.channel()),
              Json.newObject()
                  .put("state", a.whole() ? "whole" : "broken-off")
                  .put("attachment", a.attachment())
                  .put("length", a.length())
                  .put("sha256", a.sha256()));
      case TurnClosed t -> {
        ObjectNode body =
            Json.newObject()
                .put("status", t.status().toString())
                .put("reason", t.reason())
                .put("detail", t.detail());
        put(body.putObject("counts"), t.counts());
        put(body.putObject("times"), t.times());
        yield ofTurn("turn-closed", t.turn(), body);
      }
    };
  }

  private static void put(ObjectNode object, Map<String, Long> numbers) {
    new TreeMap<>(numbers).forEach((name, number) -> object.put(name, number));
  }

  private static String key(String device, Optional<TurnId> turn) {
    return turn.map(TurnId::dialog).orElse(device);
  }

  private static Map<String, String> received(
      String device, Optional<TurnId> turn, int seq, Channel channel) {
    Map<String, String> headers = new HashMap<>();
    headers.put("device", device);
    headers.put("seq", Integer.toString(seq));
    headers.put("channel", channel.toString());
    turn.ifPresent(t -> headers.put("message", t.message()));
    return headers;
  }

  private RawRecord ofTurn(String kind, TurnId turn, JsonNode body) {
    return raw(
        kind, turn.dialog(), Map.of("device", turn.device(), "message", turn.message()), body);
  }

  private RawRecord raw(String kind, String key, Map<String, String> more, JsonNode body) {
    return raw(kind, key, more, Json.bytes(body));
  }

  private RawRecord raw(String kind, String key, Map<String, String> more, byte[] value) {
    Map<String, String> headers = new HashMap<>(more);
    headers.put("v", RawRecord.VERSION);
    headers.put("kind", kind);
    headers.put("attempt", attempt().toString());
    return new RawRecord(key, headers, value);
  }

  /**
   * Reads a record of the topic.
   *
   * @throws MalformedException when it is none; the message says what is wrong with it
   */
  static LedgerRecord parse(RawRecord raw) throws MalformedException {
    raw.checkVersion();
    Attempt attempt = raw.attempt();
    String kind = raw.header("kind");
    try {
      return switch (kind) {
        case "owner" -> new Owner(attempt, Json.text(Json.object(raw.value()), "dispatcher"));
        case "release" -> new Release(attempt, finishing(Json.object(raw.value())));
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
                raw.turnIfAny(),
                attempt,
                raw.seq(),
                Channel.parse(raw.header("channel")),
                raw.value());
        case "attachment" -> attachment(raw, attempt);
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
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new MalformedException(kind + ": " + e.getMessage(), e);
    }
  }

  private static LedgerRecord attachment(RawRecord raw, Attempt attempt) throws MalformedException {
    ObjectNode body = Json.object(raw.value());
    String state = Json.text(body, "state");
    String name = Ids.check("attachment", Json.text(body, "attachment"));
    Channel channel = Channel.parse(raw.header("channel"));
    if (state.equals("begun")) {
      return new AttachmentBegun(
          raw.id("device"),
          raw.turnIfAny(),
          attempt,
          raw.seq(),
          channel,
          name,
          Json.text(body, "contentId"),
          Json.text(body, "contentType"),
          Json.number(body, "offset"));
    }
    return new AttachmentEnded(
        raw.id("device"),
        raw.turnIfAny(),
        attempt,
        raw.seq(),
        channel,
        name,
        Json.number(body, "length"),
        Json.text(body, "sha256"),
        state.equals("whole"));
  }

  private static List<TurnId> finishing(ObjectNode body) throws MalformedException {
    List<TurnId> turns = new ArrayList<>();
    for (JsonNode turn : body.path("finishing")) {
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
