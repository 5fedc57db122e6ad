package dev.parley.protocol.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TraceParent;
import dev.parley.protocol.TurnId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Every kind of record with the form it has on its topic, for producers in other languages too. */
final class RecordVectors {
  private RecordVectors() {}

  static final String M = "277b40c3-b046-4f61-a551-783b1547e7b7";
  static final String D = "4e4080d6-c440-498a-bb73-ae86c6312806";
  static final TurnId TURN = new TurnId("dev-1", D, M);
  static final Attempt ATTEMPT = new Attempt(7, 2);
  static final String SHA = "0123456789abcdef".repeat(4);
  static final byte[] DIRECTIVE =
      ("{\"header\":{\"namespace\":\"A\",\"name\":\"b\",\"messageId\":\""
              + M
              + "\"},\"payload\":{}}")
          .getBytes(UTF_8);

  /** CIC's ids are CIC's own. */
  static final byte[] ODD_ID =
      "{ \"header\": {\"namespace\":\"A\",\"name\":\"b\",\"messageId\":\"urn:uuid:7\"}, \"payload\": {}}"
          .getBytes(UTF_8);

  static final TraceParent TRACE =
      new TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

  private static final String OF_TURN = "device=dev-1 message=" + M + " ";
  private static final String RECEIVED = "attempt=7.2 channel=response device=dev-1 ";

  /** A kind of record: what is written, and how it stands there. */
  record Kind(String name, Object record, RawRecord raw, String key, String headers, String value) {
    /** Reads another record as one of this kind's topic. */
    Object parse(RawRecord other) throws MalformedException {
      return switch (record) {
        case SpeechRecord s -> SpeechRecord.parse(other);
        case LedgerRecord l -> LedgerRecord.parse(other);
        case DeviceRecord d -> DeviceRecord.parse(other);
        default -> AttachmentPiece.parse(other);
      };
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Kind speech(SpeechRecord record, String headers, String value) {
    return new Kind(
        record.getClass().getSimpleName(),
        record,
        record.toRaw(),
        D,
        OF_TURN + headers + " v=1",
        value);
  }

  private static Kind ledger(LedgerRecord record, String key, String headers, String value) {
    return stamped(record, Stamp.NONE, key, headers, value);
  }

  private static Kind ledger(
      LedgerRecord record, int seq, String key, String headers, String value) {
    return stamped(record, Stamp.of(seq), key, headers + " seq=" + seq, value);
  }

  private static Kind stamped(
      LedgerRecord record, Stamp stamp, String key, String headers, String value) {
    return new Kind(
        record.getClass().getSimpleName(),
        record,
        record.toRaw(stamp),
        key,
        headers + " v=2",
        value);
  }

  private static Kind piece(Optional<AttachmentPiece.End> end, String bytes, String headers) {
    AttachmentPiece piece =
        new AttachmentPiece(D, "dev-1", ATTEMPT, "att-1", 3, end, bytes.getBytes(UTF_8));
    return new Kind(
        "AttachmentPiece",
        piece,
        piece.toRaw(),
        D,
        "attachment=att-1 attempt=7.2 device=dev-1 kind=piece seq=3 v=2" + headers,
        bytes);
  }

  static List<Kind> kinds() {
    Optional<TurnId> turn = Optional.of(TURN);
    String ofTurn = OF_TURN.strip();
    return List.of(
        speech(
            new SpeechRecord.Begin(TURN, "src", DIRECTIVE),
            "kind=begin seq=0 source=src",
            new String(DIRECTIVE, UTF_8)),
        speech(
            new SpeechRecord.Begin(TURN, "src", DIRECTIVE, Optional.of(TRACE)),
            "kind=begin seq=0 source=src traceparent=" + TRACE,
            new String(DIRECTIVE, UTF_8)),
        speech(
            new SpeechRecord.Audio(TURN, "src", 1, "abcd".getBytes(UTF_8)),
            "kind=audio seq=1 source=src",
            "abcd"),
        speech(new SpeechRecord.End(TURN, "src", 2), "kind=end seq=2 source=src", ""),
        speech(new SpeechRecord.Cancel(TURN, "src", 2), "kind=cancel seq=2 source=src", ""),
        speech(
            new SpeechRecord.Cancel(TURN, "src", 2, Optional.of(CancelReason.TOO_LONG)),
            "kind=cancel reason=too-long seq=2 source=src",
            ""),
        ledger(
            new LedgerRecord.Owner(new Attempt(7, 0), "disp"),
            "",
            "attempt=7.0 kind=owner",
            "{\"dispatcher\":\"disp\"}"),
        ledger(
            new LedgerRecord.Release(new Attempt(7, 0), List.of(TURN)),
            "",
            "attempt=7.0 kind=release",
            "{\"turns\":[{\"device\":\"dev-1\",\"dialogRequestId\":\"%s\",\"messageId\":\"%s\"}]}"
                .formatted(D, M)),
        ledger(new LedgerRecord.Renewal(new Attempt(7, 0)), "", "attempt=7.0 kind=release", "{}"),
        ledger(
            new LedgerRecord.TurnBegun(TURN, ATTEMPT, "SpeechRecognizer.Recognize", 42),
            0,
            D,
            "attempt=7.2 " + ofTurn + " kind=turn-begun",
            "{\"event\":\"SpeechRecognizer.Recognize\",\"speechOffset\":42}"),
        ledger(
            new LedgerRecord.TurnSent(TURN, ATTEMPT, 6_400, 1, UploadEnd.STOP_CAPTURE),
            4,
            D,
            "attempt=7.2 " + ofTurn + " kind=turn-sent",
            "{\"audioBytes\":6400,\"audioChunks\":1,\"endedBy\":\"stop-capture\"}"),
        stamped(
            new LedgerRecord.TurnLeft(TURN, ATTEMPT),
            new Stamp(OptionalInt.of(5), Optional.of(TRACE)),
            D,
            "attempt=7.2 " + ofTurn + " kind=turn-left seq=5 traceparent=" + TRACE,
            "{}"),
        ledger(
            new LedgerRecord.DirectiveReceived("dev-1", turn, ATTEMPT, Channel.RESPONSE, DIRECTIVE),
            1,
            D,
            RECEIVED + "directive-id=" + M + " kind=directive message=" + M,
            new String(DIRECTIVE, UTF_8)),
        ledger(
            new LedgerRecord.DirectiveReceived(
                "dev-1", Optional.empty(), new Attempt(7, 0), Channel.DOWNCHANNEL, ODD_ID),
            0,
            "dev-1",
            "attempt=7.0 channel=downchannel device=dev-1 kind=directive"
                + " directive-id=x-0a4b9f15d5e885ece8ebe2cf0aaa670e",
            new String(ODD_ID, UTF_8)),
        ledger(
            new LedgerRecord.AttachmentBegun(
                "dev-1", turn, ATTEMPT, Channel.RESPONSE, "att-1", "c <é>", "audio/mpeg", 9),
            2,
            D,
            RECEIVED + "kind=attachment message=" + M,
            "{\"state\":\"begun\",\"attachment\":\"att-1\",\"contentId\":\"c <é>\","
                + "\"contentType\":\"audio/mpeg\",\"offset\":9}"),
        ledger(
            new LedgerRecord.AttachmentEnded(
                "dev-1", turn, ATTEMPT, Channel.RESPONSE, "att-1", 3, SHA, true),
            3,
            D,
            RECEIVED + "kind=attachment message=" + M,
            "{\"state\":\"whole\",\"attachment\":\"att-1\",\"length\":3,\"sha256\":\""
                + SHA
                + "\"}"),
        ledger(
            new LedgerRecord.AttachmentEnded(
                "dev-1", turn, ATTEMPT, Channel.RESPONSE, "att-1", 0, SHA, false),
            3,
            D,
            RECEIVED + "kind=attachment message=" + M,
            "{\"state\":\"broken\",\"attachment\":\"att-1\",\"length\":0,\"sha256\":\""
                + SHA
                + "\"}"),
        ledger(
            new LedgerRecord.TurnClosed(
                TURN,
                ATTEMPT,
                TurnStatus.TIMED_OUT,
                "idle-timeout",
                "Nothing came for 10 s.",
                Map.of("directives", 2L, "audioBytes", 6_400L),
                Map.of("begun", 1_700_000_000_000L)),
            6,
            D,
            "attempt=7.2 " + ofTurn + " kind=turn-closed",
            "{\"status\":\"timed-out\",\"reason\":\"idle-timeout\","
                + "\"detail\":\"Nothing came for 10 s.\","
                + "\"counts\":{\"audioBytes\":6400,\"directives\":2},"
                + "\"times\":{\"begun\":1700000000000}}"),
        piece(Optional.empty(), "abc", ""),
        piece(
            Optional.of(new AttachmentPiece.End(9, SHA, true)),
            "abc",
            " end=whole length=9 sha256=" + SHA),
        piece(
            Optional.of(new AttachmentPiece.End(0, SHA, false)),
            "",
            " end=broken length=0 sha256=" + SHA),
        new Kind(
            "DeviceRecord",
            new DeviceRecord("dev-1"),
            new DeviceRecord("dev-1").toRaw(),
            "dev-1",
            "kind=device v=1",
            "{}"));
  }

  static Kind kind(String name) {
    return kinds().stream().filter(k -> k.name().equals(name)).findFirst().orElseThrow();
  }
}
