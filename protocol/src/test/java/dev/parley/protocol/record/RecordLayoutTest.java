package dev.parley.protocol.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.record.RecordVectors.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record as it stands on its topic, and back; and what is refused there. */
class RecordLayoutTest {
  private static RawRecord with(RawRecord raw, String header, String value) {
    Map<String, String> headers = new HashMap<>(raw.headers());
    if (value.equals("-")) {
      headers.remove(header);
    } else {
      headers.put(header, value);
    }
    return header.equals("key")
        ? new RawRecord(value.equals("-") ? "" : value, raw.headers(), raw.value())
        : new RawRecord(raw.key(), headers, raw.value());
  }

  @ParameterizedTest
  @MethodSource("dev.parley.protocol.record.RecordVectors#kinds")
  void everyKindStandsOnItsTopicAsDocumented(Kind kind) {
    assertThat(kind.raw().key()).isEqualTo(kind.key());
    assertThat(sorted(kind.raw().headers())).isEqualTo(sorted(kind.headers()));
    assertThat(new String(kind.raw().value(), UTF_8)).isEqualTo(kind.value());
  }

  private static List<String> sorted(Map<String, String> headers) {
    return headers.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).sorted().toList();
  }

  private static List<String> sorted(String headers) {
    return List.of(headers.split(" ")).stream().sorted().toList();
  }

  @ParameterizedTest
  @MethodSource("dev.parley.protocol.record.RecordVectors#kinds")
  void everyKindReadsAsWhatWasWritten(Kind kind) throws MalformedException {
    assertThat(kind.parse(kind.raw()))
        .usingRecursiveComparison()
        .withStrictTypeChecking()
        .isEqualTo(kind.record());
  }

  /** What a reader may do without: what only makes life easier. */
  private static final Set<String> OPTIONAL = Set.of("traceparent", "reason", "directive-id");

  private static List<String> checked(Kind kind) {
    return kind.raw().headers().keySet().stream().filter(h -> !OPTIONAL.contains(h)).toList();
  }

  /** The last piece is known by its end. */
  private static List<String> needed(Kind kind) {
    return checked(kind).stream().filter(header -> !header.equals("end")).toList();
  }

  @ParameterizedTest
  @MethodSource("dev.parley.protocol.record.RecordVectors#kinds")
  void whatIsOptionalIsNoReasonToRefuseARecord(Kind kind) throws MalformedException {
    for (String header : OPTIONAL) {
      for (String value : List.of("-", "", "private thing")) {
        assertThat(kind.parse(with(kind.raw(), header, value))).hasSameClassAs(kind.record());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.parley.protocol.record.RecordVectors#kinds")
  void everyHeaderIsNeeded(Kind kind) {
    for (String header : needed(kind)) {
      assertThatThrownBy(() -> kind.parse(with(kind.raw(), header, "-")))
          .as("without %s", header)
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("\"" + header + "\"");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.parley.protocol.record.RecordVectors#kinds")
  void everyHeaderIsChecked(Kind kind) {
    for (String header : checked(kind)) {
      for (String value : List.of("", "private thing", "private\r\n")) {
        assertThatThrownBy(() -> kind.parse(with(kind.raw(), header, value)))
            .as("%s = %s", header, value)
            .isInstanceOf(MalformedException.class)
            .hasMessageContaining(header.equals("attempt") ? "attempt" : "\"" + header + "\"")
            .hasMessageNotContaining("private");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.parley.protocol.record.RecordVectors#kinds")
  void everyKeyIsChecked(Kind kind) {
    if (kind.key().isEmpty()) {
      return; // owner, release: about no device.
    }
    for (String key : List.of("-", "private key")) {
      assertThatThrownBy(() -> kind.parse(with(kind.raw(), "key", key)))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("key")
          .hasMessageNotContaining("private");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "Begin | seq | 1 | seq 0",
        "Audio | seq | 0 | below 1",
        "Audio | seq | -1 | \"seq\"",
        "Audio | seq | +1 | \"seq\"",
        "Audio | seq | 01 | \"seq\"",
        "Audio | seq | 2147483648 | \"seq\"",
        "End | seq | 0 | below 1",
        "Cancel | seq | 0 | below 1",
        "Begin | v | 2 | reads no other layout",
        "TurnBegun | v | 1 | reads no other layout",
        "AttachmentPiece | v | 1 | reads no other layout",
        "AttachmentPiece | end | WHOLE | \"end\"",
        "AttachmentPiece | end | whole | \"length\"",
        "AttachmentPiece | kind | audio | \"kind\"",
        "TurnBegun | attempt | 0.1 | attempt",
        "DirectiveReceived | channel | RESPONSE | \"channel\"",
        "DirectiveReceived | message | - | \"message\"",
      })
  void aValueOutOfRangeIsRefused(String name, String header, String value, String message) {
    Kind kind = RecordVectors.kind(name);
    assertThatThrownBy(() -> kind.parse(with(kind.raw(), header, value)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "Begin | '' | metadata of 0 bytes",
        "Audio | '' | audio of 0 bytes",
        "Audio | abc | audio of 3 bytes",
        "Owner | {} | \"dispatcher\"",
        "Owner | {\"dispatcher\":\"private x\"} | dispatcher",
        "Owner | private | JSON",
        "Release | {\"turns\":{}} | \"turns\"",
        "Release | {\"turns\":[{}]} | \"device\"",
        "Release | {\"turns\":[7]} | \"device\"",
        "TurnLeft | private | JSON",
        "TurnBegun | {\"event\":\"A.b\",\"speechOffset\":-1} | speechOffset",
        "TurnBegun | {\"event\":\"private b\",\"speechOffset\":1} | event",
        "TurnSent | {\"audioBytes\":1,\"audioChunks\":2147483648,\"endedBy\":\"end\"} | turn-sent",
        "TurnSent | {\"audioBytes\":-1,\"audioChunks\":1,\"endedBy\":\"end\"} | audioBytes",
        "TurnSent | {\"audioBytes\":1,\"audioChunks\":1,\"endedBy\":\"private\"} | \"endedBy\"",
        "DirectiveReceived | '' | directive of 0 bytes",
        "AttachmentBegun | {\"state\":\"private\",\"attachment\":\"a\"} | \"state\"",
        "AttachmentBegun | {\"state\":\"begun\",\"attachment\":\"private a\",\"contentId\":\"c\","
            + "\"contentType\":\"t\",\"offset\":0} | attachment",
        "AttachmentBegun | {\"state\":\"begun\",\"attachment\":\"a\",\"contentId\":\"private\\r\\n\","
            + "\"contentType\":\"t\",\"offset\":0} | contentId",
        "AttachmentBegun | {\"state\":\"begun\",\"attachment\":\"a\",\"contentId\":\"c\","
            + "\"contentType\":\"private\\n\",\"offset\":0} | contentType",
        "AttachmentBegun | {\"state\":\"begun\",\"attachment\":\"a\",\"contentId\":\"c\","
            + "\"contentType\":\"t\",\"offset\":-1} | offset",
        "AttachmentEnded | {\"state\":\"whole\",\"attachment\":\"a\",\"length\":1,"
            + "\"sha256\":\"private\"} | sha256",
        "AttachmentEnded | {\"state\":\"whole\",\"attachment\":\"a\",\"length\":-1,\"sha256\":"
            + "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"} | length",
        "TurnClosed | {\"status\":\"private\"} | \"status\"",
        "TurnClosed | {\"status\":\"ok\",\"reason\":\"private x\",\"detail\":\"\",\"counts\":{},"
            + "\"times\":{}} | reason",
        "TurnClosed | {\"status\":\"ok\",\"reason\":\"x\",\"detail\":\"\",\"counts\":{\"a\":1.5},"
            + "\"times\":{}} | \"a\"",
      })
  void aBadValueIsRefusedByTheNameOfTheFieldAndNotQuoted(
      String name, String value, String message) {
    Kind kind = RecordVectors.kind(name);
    RawRecord raw = new RawRecord(kind.raw().key(), kind.raw().headers(), value.getBytes(UTF_8));
    assertThatThrownBy(() -> kind.parse(raw))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("private");
  }
}
