package dev.parley.protocol.record;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.Ids;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A record of {@code parley.ledger}, the one ordered history of what became of every turn: key
 * dialogRequestId where it is about a turn, else the device id, else empty; headers {@code v},
 * {@code kind}, {@code attempt} and, where they apply, {@code device}, {@code message}, {@code
 * channel}, {@code directive-id} ({@link DirectiveId}), and what a {@link Stamp} bears.
 */
public sealed interface LedgerRecord {
  /** The layout's version. */
  String VERSION = "2";

  /** The turn it is about; empty where it is about the partition, or belongs to a device alone. */
  default Optional<TurnId> about() {
    return switch (this) {
      case Owner o -> Optional.empty();
      case Release r -> Optional.empty();
      case Renewal r -> Optional.empty();
      case TurnBegun t -> Optional.of(t.turn());
      case TurnSent t -> Optional.of(t.turn());
      case DirectiveReceived d -> d.turn();
      case AttachmentBegun a -> a.turn();
      case AttachmentEnded a -> a.turn();
      case TurnLeft t -> Optional.of(t.turn());
      case TurnClosed t -> Optional.of(t.turn());
    };
  }

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
   * An owner lets the partition go, and finishes the turns that it names here. An owner writes one.
   *
   * @param named turns that it has begun, and goes on with until they end or it leaves them
   */
  record Release(Attempt attempt, List<TurnId> named) implements LedgerRecord {
    /** The most turns that one record can name, and still be read as JSON. */
    public static final int MAX_NAMED = 2_000;

    /** Copies the list and checks its length. */
    public Release {
      named = List.copyOf(named);
      LedgerChecks.that(named.size() <= MAX_NAMED, "more turns are named than " + MAX_NAMED);
    }
  }

  /** Whoever has released the partition is still at work on turns that it has named. */
  record Renewal(Attempt attempt) implements LedgerRecord {}

  /**
   * An attempt begins.
   *
   * @param event the event's full name, such as {@code SpeechRecognizer.Recognize}
   * @param speechOffset where the turn's {@code begin} stands in {@code parley.speech}
   */
  record TurnBegun(TurnId turn, Attempt attempt, String event, long speechOffset)
      implements LedgerRecord {
    /** Checks name and offset. */
    public TurnBegun {
      LedgerChecks.eventName(event);
      LedgerChecks.notNegative("speechOffset", speechOffset);
    }
  }

  /**
   * The event has been sent completely (C28).
   *
   * @param audioBytes audio sent
   * @param audioChunks chunks sent
   * @param endedBy what ended the upload
   */
  record TurnSent(TurnId turn, Attempt attempt, long audioBytes, int audioChunks, UploadEnd endedBy)
      implements LedgerRecord {
    /** Checks the ranges. */
    public TurnSent {
      LedgerChecks.notNegative("audioBytes", audioBytes);
      LedgerChecks.notNegative("audioChunks", audioChunks);
    }
  }

  /**
   * CIC sent a directive.
   *
   * @param turn the turn it answers, or the open turn of its dialog; none for what belongs to the
   *     device alone
   * @param json the directive, {@code {"header":{..},"payload":{..}}}, as it came
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record DirectiveReceived(
      String device, Optional<TurnId> turn, Attempt attempt, Channel channel, byte[] json)
      implements LedgerRecord {
    /** Checks ids and sizes. */
    public DirectiveReceived {
      LedgerChecks.received(device, turn);
      LedgerChecks.that(
          json.length <= Json.MAX_BYTES,
          "a directive of " + json.length + " bytes is larger than " + Json.MAX_BYTES);
    }
  }

  /**
   * An attachment has begun to arrive; its pieces stand in {@code parley.attachments}.
   *
   * @param attachment Parley's name for it, unique within the device
   * @param contentId the Content-ID that {@code cid:} urls name (C35): opaque, at most 256
   *     characters, no control characters; empty when it has none
   * @param contentType as CIC said: at most 256 characters, printable ASCII
   * @param offset where its first piece stands, in the partition of the same number
   */
  record AttachmentBegun(
      String device,
      Optional<TurnId> turn,
      Attempt attempt,
      Channel channel,
      String attachment,
      String contentId,
      String contentType,
      long offset)
      implements LedgerRecord {
    /** Checks ids and ranges. */
    public AttachmentBegun {
      LedgerChecks.received(device, turn);
      Ids.check("attachment", attachment);
      LedgerChecks.contentId(contentId);
      LedgerChecks.contentType(contentType);
      LedgerChecks.notNegative("offset", offset);
    }
  }

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
      Channel channel,
      String attachment,
      long length,
      String sha256,
      boolean whole)
      implements LedgerRecord {
    /** Checks ids and ranges. */
    public AttachmentEnded {
      LedgerChecks.received(device, turn);
      Ids.check("attachment", attachment);
      LedgerChecks.notNegative("length", length);
    }
  }

  /** Whoever has named this turn in its release can't finish it: the owner begins it anew. */
  record TurnLeft(TurnId turn, Attempt attempt) implements LedgerRecord {}

  /**
   * The turn is over; nothing more of it follows.
   *
   * @param reason a short slug that says why, such as {@code idle-timeout}
   * @param detail one sentence for people, without private content; cut at 500 characters
   * @param counts named counts: {@code audioChunks}, {@code audioBytes}, {@code directives}, {@code
   *     attachments}
   * @param times named moments in epoch milliseconds, by the dispatcher's clock; absent where there
   *     was none: {@code heard} (when its begin reached Kafka, by the broker's clock), {@code
   *     begun}, {@code requested}, {@code firstAudio}, {@code stopCapture}, {@code sent}, {@code
   *     firstDirective}, {@code closed}
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
    /** Checks the reason, cuts the detail and copies the maps. */
    public TurnClosed {
      Ids.check("reason", reason);
      detail = detail.length() <= 500 ? detail : detail.substring(0, 499) + "…";
      counts = Map.copyOf(counts);
      times = Map.copyOf(times);
    }
  }

  /**
   * The record's form on the topic.
   *
   * @throws IllegalArgumentException when the stamp has a number and the record is about the
   *     partition, or the other way round
   */
  default RawRecord toRaw(Stamp stamp) {
    return LedgerLayout.raw(this, stamp);
  }

  /**
   * Reads a record of the topic.
   *
   * @throws MalformedException when it is none; the message says what is wrong with it
   */
  static LedgerRecord parse(RawRecord raw) throws MalformedException {
    return LedgerLayout.parse(raw);
  }
}
