package dev.parley.protocol.record;

import dev.parley.protocol.Ids;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TraceParent;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Event;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A record of {@code parley.speech}: key dialogRequestId; headers {@code v}, {@code kind}, {@code
 * device}, {@code message}, {@code seq} (begin is 0, then one more for each record of the turn) and
 * {@code source} (random, one for each producer session); {@code traceparent} on a begin and {@code
 * reason} on a cancel may be there.
 */
public sealed interface SpeechRecord {
  /** The longest piece of audio in one record, in bytes: ten chunks. */
  int MAX_AUDIO_BYTES = 64_000;

  /** The layout's version. */
  String VERSION = "1";

  TurnId turn();

  String source();

  int seq();

  /**
   * A turn begins.
   *
   * @param metadata the JSON metadata part of the event request (C11), as it goes to CIC
   * @param traceparent the trace that the device has begun, or its producer
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Begin(TurnId turn, String source, byte[] metadata, Optional<TraceParent> traceparent)
      implements SpeechRecord {
    /** A begin that belongs to no trace. */
    public Begin(TurnId turn, String source, byte[] metadata) {
      this(turn, source, metadata, Optional.empty());
    }

    /** Checks source and size. */
    public Begin {
      Ids.check("source", source);
      if (metadata.length == 0 || metadata.length > Json.MAX_BYTES) {
        throw new IllegalArgumentException(
            "metadata of "
                + metadata.length
                + " bytes: it must not be empty and at most "
                + Json.MAX_BYTES);
      }
    }

    /**
     * The event of the metadata part.
     *
     * @throws MalformedException when it is none, or bears other ids than the record: CIC's
     *     directives would then name a dialog that nobody waits for
     */
    public Event event() throws MalformedException {
      Event event = Event.ofMetadata(metadata);
      if (!event.header().messageId().equals(turn.message())) {
        throw new MalformedException("the event's messageId is not the record's");
      }
      if (!event.header().dialogRequestId().orElse(turn.dialog()).equals(turn.dialog())) {
        throw new MalformedException("the event's dialogRequestId is not the record's key");
      }
      return event;
    }

    @Override
    public int seq() {
      return 0;
    }
  }

  /**
   * A chunk.
   *
   * @param pcm 16 kHz mono 16 bit little endian PCM (C16), 6,400 bytes but for the last
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Audio(TurnId turn, String source, int seq, byte[] pcm) implements SpeechRecord {
    /** Checks source, seq and size. */
    public Audio {
      checkAfterBegin(source, seq);
      if (pcm.length == 0 || pcm.length % 2 != 0 || pcm.length > MAX_AUDIO_BYTES) {
        throw new IllegalArgumentException(
            "audio of "
                + pcm.length
                + " bytes: it must be even, not empty and at most "
                + MAX_AUDIO_BYTES);
      }
    }
  }

  /** The user has stopped speaking, or StopCapture has stopped the recording (C21, C22). */
  record End(TurnId turn, String source, int seq) implements SpeechRecord {
    /** Checks source and seq. */
    public End {
      checkAfterBegin(source, seq);
    }
  }

  /**
   * The turn is taken back: nothing of it is to be answered.
   *
   * @param reason why, where the producer has said so
   */
  record Cancel(TurnId turn, String source, int seq, Optional<CancelReason> reason)
      implements SpeechRecord {
    /** A cancel without a reason. */
    public Cancel(TurnId turn, String source, int seq) {
      this(turn, source, seq, Optional.empty());
    }

    /** Checks source and seq. */
    public Cancel {
      checkAfterBegin(source, seq);
    }
  }

  private static void checkAfterBegin(String source, int seq) {
    Ids.check("source", source);
    if (seq < 1) {
      throw new IllegalArgumentException("seq is below 1; 0 is the begin's");
    }
  }

  /** The record's form on the topic. */
  default RawRecord toRaw() {
    return switch (this) {
      case Begin b ->
          raw("begin", "traceparent", b.traceparent().map(TraceParent::text), b.metadata());
      case Audio a -> raw("audio", a.pcm());
      case End e -> raw("end", new byte[0]);
      case Cancel c -> raw("cancel", "reason", c.reason().map(CancelReason::toString), new byte[0]);
    };
  }

  private RawRecord raw(String kind, String header, Optional<String> text, byte[] value) {
    RawRecord without = raw(kind, value);
    if (text.isEmpty()) {
      return without;
    }
    Map<String, String> headers = new HashMap<>(without.headers());
    headers.put(header, text.get());
    return new RawRecord(without.key(), headers, value);
  }

  private RawRecord raw(String kind, byte[] value) {
    return new RawRecord(
        turn().dialog(),
        Map.of(
            "v", VERSION,
            "kind", kind,
            "device", turn().device(),
            "message", turn().message(),
            "seq", Integer.toString(seq()),
            "source", source()),
        value);
  }

  /**
   * Reads a record of the topic.
   *
   * @throws MalformedException when it is none; the message says what is wrong with it
   */
  static SpeechRecord parse(RawRecord raw) throws MalformedException {
    raw.checkVersion(VERSION);
    TurnId turn = raw.turn();
    String source = raw.id("source");
    int seq = raw.seq();
    String kind = raw.header("kind");
    try {
      return switch (kind) {
        case "begin" -> {
          if (seq != 0) {
            throw new MalformedException("a begin has seq 0, not " + seq);
          }
          yield new Begin(turn, source, raw.value(), Stamp.trace(raw));
        }
        case "audio" -> new Audio(turn, source, seq, raw.value());
        case "end" -> new End(turn, source, seq);
        case "cancel" ->
            new Cancel(
                turn,
                source,
                seq,
                Optional.ofNullable(raw.headers().get("reason")).flatMap(CancelReason::parse));
        default ->
            throw new MalformedException("header \"kind\" is none of begin, audio, end, cancel");
      };
    } catch (IllegalArgumentException e) {
      throw new MalformedException(kind + ": " + e.getMessage(), e);
    }
  }
}
