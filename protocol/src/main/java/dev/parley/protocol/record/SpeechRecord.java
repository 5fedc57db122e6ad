package dev.parley.protocol.record;

import dev.parley.protocol.Ids;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import java.util.Map;

/**
 * A record of {@code parley.speech}: key dialogRequestId; headers {@code v}, {@code kind}, {@code
 * device}, {@code message}, {@code seq} (begin is 0, then one more for each record of the turn) and
 * {@code source} (random, one for each producer session).
 */
public sealed interface SpeechRecord {
  /** The longest piece of audio in one record, in bytes: ten chunks. */
  int MAX_AUDIO_BYTES = 64_000;

  TurnId turn();

  String source();

  int seq();

  /**
   * A turn begins.
   *
   * @param metadata the JSON metadata part of the event request (C11), as it goes to CIC
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Begin(TurnId turn, String source, byte[] metadata) implements SpeechRecord {
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
  record Audio(TurnId turn, String source, int seq, byte[] pcm) implements SpeechRecord {}

  /** The user has stopped speaking, or StopCapture has stopped the recording (C21, C22). */
  record End(TurnId turn, String source, int seq) implements SpeechRecord {}

  /** The user has taken the turn back: nothing of it is to be answered. */
  record Cancel(TurnId turn, String source, int seq) implements SpeechRecord {}

  /** The record's form on the topic. */
  default RawRecord toRaw() {
    return switch (this) {
      case Begin b -> raw("begin", b.metadata());
      case Audio a -> raw("audio", a.pcm());
      case End e -> raw("end", new byte[0]);
      case Cancel c -> raw("cancel", new byte[0]);
    };
  }

  private RawRecord raw(String kind, byte[] value) {
    return new RawRecord(
        turn().dialog(),
        Map.of(
            "v", RawRecord.VERSION,
            "kind", kind,
            "device", turn().device(),
            "message", turn().message(),
            "seq", Integer.toString(seq()),
            "source", Ids.check("source", source())),
        value);
  }

  /**
   * Reads a record of the topic.
   *
   * @throws MalformedException when it is none; the message says what is wrong with it
   */
  static SpeechRecord parse(RawRecord raw) throws MalformedException {
    raw.checkVersion();
    TurnId turn = raw.turn();
    String source = raw.id("source");
    int seq = raw.seq();
    String kind = raw.header("kind");
    return switch (kind) {
      case "begin" -> {
        if (seq != 0) {
          throw new MalformedException("a begin has seq 0, not " + seq);
        }
        yield new Begin(turn, source, raw.value());
      }
      case "audio" -> {
        byte[] pcm = raw.value();
        if (pcm.length == 0 || pcm.length % 2 != 0 || pcm.length > MAX_AUDIO_BYTES) {
          throw new MalformedException(
              "audio of "
                  + pcm.length
                  + " bytes: it must be even, not empty and at most "
                  + MAX_AUDIO_BYTES);
        }
        yield new Audio(turn, source, seq, pcm);
      }
      case "end" -> new End(turn, source, seq);
      case "cancel" -> new Cancel(turn, source, seq);
      default ->
          throw new MalformedException("header \"kind\" is none of begin, audio, end, cancel");
    };
  }
}
