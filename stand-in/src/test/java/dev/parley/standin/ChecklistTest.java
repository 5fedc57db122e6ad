package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each row is kept by the right request and broken by one that differs from it in that row only.
 */
class ChecklistTest {
  private static final String TOKEN = "secret-token";
  private static final byte[] AUDIO = new byte[6_400];

  private final StandIn standIn =
      StandIn.start(StandInConfig.DEFAULT.withTransport(new Transport.Cleartext()));
  private final TestClient client = new TestClient(standIn.port());

  @AfterEach
  void stop() {
    client.close();
    standIn.close();
  }

  private List<Row> broken() {
    return standIn.verdicts().failures().stream().map(Verdict::row).distinct().toList();
  }

  private int send(Http2Headers headers, byte[] body) {
    if (!standIn.hasDownchannel(ClientId.of(TOKEN))) {
      client.downchannel(TOKEN);
    }
    return client.exchange(headers, body).status();
  }

  private int send(byte[] body) {
    return send(TestClient.post(TOKEN), body);
  }

  private static EventBytes speech(String payload) {
    return new EventBytes().metadata(EventBytes.speech(EventBytes.id(), EventBytes.id(), payload));
  }

  private static EventBytes speech() {
    return speech(EventBytes.SPEECH_PAYLOAD);
  }

  @Test
  void aRightTurnKeepsEveryRowThatApplies() {
    assertThat(
            send(
                TestClient.post(TOKEN).set("x-clova-device-tags", "a,b"),
                withContext(
                    "{\"header\":{\"namespace\":\"Speaker\",\"name\":\"VolumeState\"},\"payload\":{}}")))
        .isEqualTo(200);
    assertThat(broken()).isEmpty();
    assertThat(standIn.verdicts().all().stream().map(Verdict::row).distinct())
        .containsExactlyInAnyOrder(
            Row.C1, Row.C2, Row.C3, Row.C4, Row.C5, Row.C8, Row.C9, Row.C10, Row.C11, Row.C12,
            Row.C13, Row.C14, Row.C15, Row.C16, Row.C18, Row.C19, Row.C20);
  }

  @Test
  void c1HttpOneIsBroken() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), standIn.port());
        OutputStream out = socket.getOutputStream()) {
      out.write(
          "GET /v1/directives HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      TestClient.await("the verdict", () -> standIn.verdicts().failed(Row.C1) == 1);
    }
  }

  /** Such as those of a client that was killed while it connected. */
  @ParameterizedTest
  @ValueSource(strings = {"", "PRI * HT"})
  void connectionsThatBreakBeforeTheyHaveBegunBreakNoRow(String sent) throws IOException {
    for (int i = 0; i < 200; i++) {
      try (Socket broken = new Socket(InetAddress.getLoopbackAddress(), standIn.port())) {
        broken.setSoLinger(true, 0);
        broken.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
      }
    }
    send(speech().audio(AUDIO).last());
    assertThat(standIn.rows().broken(Row.C1)).isZero();
  }

  @Test
  void c2AndC5NoDownchannel() {
    assertThat(client.exchange(TestClient.post(TOKEN), speech().audio(AUDIO).last()).status())
        .isEqualTo(412);
    assertThat(broken()).containsExactly(Row.C2, Row.C3, Row.C5);
  }

  @Test
  void c3NoHelloYet() {
    standIn.scripts().nextDownchannel(DownchannelScript.NO_HELLO);
    TestClient.Stream downchannel = client.request(TestClient.get("/v1/directives", TOKEN), true);
    TestClient.await("the downchannel", () -> downchannel.status() == 200);
    assertThat(client.exchange(TestClient.post(TOKEN), speech().audio(AUDIO).last()).status())
        .isEqualTo(200);
    assertThat(broken()).containsExactly(Row.C3);
  }

  @Test
  void c5AnotherConnection() {
    client.downchannel(TOKEN);
    try (TestClient other = new TestClient(standIn.port())) {
      assertThat(other.exchange(TestClient.post(TOKEN), speech().audio(AUDIO).last()).status())
          .isEqualTo(412);
    }
    assertThat(broken()).containsExactly(Row.C5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic abc", "Bearer", "Bearer  two", "Bearer a b"})
  void c8Authorization(String value) {
    client.downchannel(TOKEN);
    Http2Headers headers = TestClient.post(TOKEN).set("authorization", value);
    assertThat(client.exchange(headers, new byte[0]).status()).isEqualTo(401);
    assertThat(broken()).containsExactly(Row.C8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data",
        "multipart/related; boundary=Boundary-Text",
        "application/json"
      })
  void c8ContentType(String value) {
    assertThat(
            send(TestClient.post(TOKEN).set("content-type", value), speech().audio(AUDIO).last()))
        .isEqualTo(400);
    assertThat(broken()).containsExactly(Row.C8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "curl/7.88.1",
        "Maker/Product/1.0 (OS 1;HW 1)",
        "Maker/Product/1.0.0",
        "Maker/Product/1.0.0 (OS 1)",
        "Maker/Product/1.0.0 (OS 1;HW 1;key)",
        "M\u00e4ker/Product/1.0.0 (OS 1;HW 1)",
        "Maker/Pro%duct/1.0.0 (OS 1;HW 1)",
        "Maker/Product/1.0.0 (OS 1; HW 1)"
      })
  void c9UserAgent(String value) {
    assertThat(UserAgent.isValid(value)).isFalse();
    client.downchannel(TOKEN);
    assertThat(
            client.exchange(TestClient.post(TOKEN).set("user-agent", value), new byte[0]).status())
        .isEqualTo(400);
    assertThat(broken()).containsExactly(Row.C9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Maker/Product/1.2.3 (OS 1;HW 1)",
        "A Maker/A Product_2/1.2.3-rc.1+b5 (Some OS 1.0;HW-2)",
        "Maker/Product/1.2.3 (OS 1;HW 1;key=some%20value;other=2 3)"
      })
  void c9RightUserAgents(String value) {
    assertThat(UserAgent.isValid(value)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,,b", "a b", ","})
  void c10DeviceTags(String value) {
    send(TestClient.post(TOKEN).set("x-clova-device-tags", value), speech().audio(AUDIO).last());
    assertThat(broken()).containsExactly(Row.C10);
  }

  @Test
  void c11MetadataHeaders() {
    String json = EventBytes.speech(EventBytes.id(), EventBytes.id(), EventBytes.SPEECH_PAYLOAD);
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    EventBytes body =
        new EventBytes().part(EventBytes.METADATA_HEADERS.replace("; charset=UTF-8", ""), bytes);
    assertThat(send(body.audio(AUDIO).last())).isEqualTo(200);
    assertThat(broken()).containsExactly(Row.C11);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "{\"context\":[]}",
        "{\"context\":[],\"event\":{\"header\":{}}}",
        "{\"context\":[],\"event\":{\"header\":{},\"payload\":{}}} trailing"
      })
  void c11NoEvent(String json) {
    assertThat(send(new EventBytes().metadata(json).last())).isEqualTo(400);
    assertThat(broken()).containsExactly(Row.C11);
  }

  @Test
  void c11ContextIsMissing() {
    String json =
        EventBytes.speech(EventBytes.id(), EventBytes.id(), EventBytes.SPEECH_PAYLOAD)
            .replace("[]", "{}");
    assertThat(send(new EventBytes().metadata(json).audio(AUDIO).last())).isEqualTo(200);
    assertThat(broken()).containsExactly(Row.C11);
  }

  @Test
  void c11JsonIsBounded() {
    assertThat(send(new EventBytes().metadata("[".repeat(65) + "]".repeat(65)).last()))
        .isEqualTo(400);
    assertThat(send(new EventBytes().metadata(" ".repeat(Metadata.MAX_BYTES + 1)).last()))
        .isEqualTo(400);
    assertThat(broken()).containsExactly(Row.C11);
  }

  @Test
  void c11FirstPartIsAudio() {
    assertThat(send(new EventBytes().audio(AUDIO).last())).isEqualTo(400);
    assertThat(send(new EventBytes().last())).isEqualTo(400);
    assertThat(broken()).containsExactly(Row.C11);
  }

  @Test
  void c12AudioHeaders() {
    assertThat(
            send(
                speech().part(EventBytes.AUDIO_HEADERS.replace("octet-stream", "x"), AUDIO).last()))
        .isEqualTo(200);
    assertThat(standIn.verdicts().failed(Row.C12)).isEqualTo(1);
    send(
        speech()
            .part(EventBytes.AUDIO_HEADERS.replace("\"audio\"", "\"audio\"; filename=\"a\""), AUDIO)
            .last());
    assertThat(standIn.verdicts().failed(Row.C12)).isEqualTo(2);
    send(
        speech()
            .audio(AUDIO)
            .part(EventBytes.AUDIO_HEADERS.replace("audio", "sound"), AUDIO)
            .last());
    assertThat(standIn.verdicts().failed(Row.C12)).isEqualTo(3);
    send(speech().last());
    assertThat(standIn.verdicts().failed(Row.C12)).isEqualTo(4);
    assertThat(broken()).containsExactly(Row.C12);
  }

  @Test
  void c13Boundaries() {
    assertThat(
            send(
                new EventBytes()
                    .raw("preamble\r\n")
                    .raw(text(speech().audio(AUDIO).last()))
                    .last()))
        .isEqualTo(200);
    assertThat(send(speech().audio(AUDIO).sofar())).isEqualTo(400);
    assertThat(send(speech().audio(AUDIO).raw("--" + EventBytes.BOUNDARY + "ual\r\n").last()))
        .isEqualTo(400);
    assertThat(
            send(
                speech(EventBytes.SPEECH_PAYLOAD.replace("\"SELF\"", "\"CUSTOM_Boundary-Text\""))
                    .audio(AUDIO)
                    .last()))
        .isEqualTo(200);
    assertThat(broken()).containsExactly(Row.C13);
    assertThat(standIn.verdicts().failed(Row.C13)).isEqualTo(4);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Test
  void c14ContentLength() {
    byte[] body = speech().audio(AUDIO).last();
    assertThat(send(TestClient.post(TOKEN).setInt("content-length", body.length), body))
        .isEqualTo(200);
    assertThat(broken()).containsExactly(Row.C14);
  }

  @Test
  void c15AudioOfATurnInTwoRequests() {
    client.downchannel(TOKEN);
    String dialog = EventBytes.id();
    String message = EventBytes.id();
    byte[] metadata =
        new EventBytes()
            .metadata(EventBytes.speech(dialog, message, EventBytes.SPEECH_PAYLOAD))
            .audio(AUDIO)
            .sofar();
    client.request(TestClient.post(TOKEN), false).send(metadata, false);
    send(EventBytes.speechTurn(dialog, message, AUDIO));
    assertThat(broken()).containsExactly(Row.C15);
  }

  @Test
  void c16Sizes() {
    send(speech().audio(new byte[100]).audio(AUDIO).last());
    send(speech().audio(AUDIO).audio(new byte[101]).last());
    send(speech().audio(AUDIO).audio(new byte[6_402]).last());
    send(speech().audio(new byte[64_000]).last());
    send(speech().audio(new byte[0]).last());
    assertThat(broken()).containsExactly(Row.C16);
    assertThat(standIn.verdicts().failed(Row.C16)).isEqualTo(5);
    send(speech().audio(AUDIO).audio(new byte[102]).last());
    assertThat(standIn.verdicts().failed(Row.C16)).isEqualTo(5);
  }

  @Test
  void c16OnePartWhereThatIsTheLayout() {
    StandInConfig config =
        StandInConfig.DEFAULT
            .withTransport(new Transport.Cleartext())
            .withLayout(AudioLayout.ONE_PART);
    try (StandIn onePart = StandIn.start(config);
        TestClient other = new TestClient(onePart.port())) {
      other.downchannel(TOKEN);
      other.exchange(TestClient.post(TOKEN), speech().audio(new byte[64_000]).last());
      assertThat(onePart.verdicts().failed(Row.C16)).isZero();
      other.exchange(TestClient.post(TOKEN), speech().audio(AUDIO).audio(AUDIO).last());
      assertThat(onePart.verdicts().failed(Row.C16)).isEqualTo(1);
    }
  }

  private static String wakeWord(String indices) {
    return EventBytes.SPEECH_PAYLOAD
        .replace("TAP", "WAKEWORD")
        .replace("\"SELF\"", "\"SELF\",\"payload\":{\"wakeWord\":{\"indices\":" + indices + "}}");
  }

  @Test
  void c17WakeWordIsThere() {
    send(
        speech(wakeWord("{\"startIndexInSamples\":4800,\"endIndexInSamples\":9600}"))
            .chunks(new byte[19_200])
            .last());
    assertThat(broken()).isEmpty();
    assertThat(standIn.verdicts().passed(Row.C17)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"startIndexInSamples\":-1,\"endIndexInSamples\":5}",
        "{\"startIndexInSamples\":4800,\"endIndexInSamples\":4800}",
        "{\"startIndexInSamples\":4800,\"endIndexInSamples\":9601}",
        "{\"startIndexInSamples\":0,\"endIndexInSamples\":9600}"
      })
  void c17WakeWord(String indices) {
    send(speech(wakeWord(indices)).chunks(new byte[19_200]).last());
    assertThat(broken()).containsExactly(Row.C17);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"lang\":\"de\"}",
        "{\"lang\":\"ko\",\"format\":\"MP3\"}",
        "{\"lang\":\"ko\",\"profile\":\"FAR\"}",
        "{\"lang\":\"ko\",\"initiator\":{\"type\":\"SHOUT\"}}",
        "{\"lang\":\"ko\",\"initiator\":{\"type\":\"TAP\",\"inputSource\":\"OTHER\"}}",
        "{\"lang\":\"ko\",\"initiator\":{\"type\":\"TAP\",\"payload\":{\"deviceUUID\":\"x\"}}}"
      })
  void c18Payload(String payload) {
    assertThat(send(speech(payload).audio(AUDIO).last())).isEqualTo(200);
    assertThat(broken()).containsExactly(Row.C18);
  }

  @Test
  void c18DeviceUuidIsStableAndNotTheTokens() {
    String payload =
        "{\"lang\":\"ko\",\"initiator\":{\"type\":\"TAP\",\"payload\":{\"deviceUUID\":\"%s\"}}}";
    send(speech(payload.formatted(EventBytes.id())).audio(AUDIO).last());
    assertThat(broken()).isEmpty();
    send(speech(payload.formatted(EventBytes.id())).audio(AUDIO).last());
    assertThat(standIn.verdicts().failed(Row.C18)).isEqualTo(1);
    UUID derived = UUID.nameUUIDFromBytes(TOKEN.getBytes(StandardCharsets.UTF_8));
    send(speech(payload.formatted(derived)).audio(AUDIO).last());
    assertThat(standIn.verdicts().failures().getLast().detail()).contains("derived");
  }

  @Test
  void c19Ids() {
    String id = EventBytes.id();
    assertThat(send(EventBytes.speechTurn("no-uuid", EventBytes.id(), AUDIO))).isEqualTo(200);
    assertThat(send(EventBytes.speechTurn(EventBytes.id(), "no-uuid", AUDIO))).isEqualTo(200);
    assertThat(send(EventBytes.speechTurn("", EventBytes.id(), AUDIO))).isEqualTo(400);
    assertThat(send(EventBytes.speechTurn(EventBytes.id(), "", AUDIO))).isEqualTo(400);
    assertThat(standIn.verdicts().failed(Row.C19)).isEqualTo(4);
    send(EventBytes.speechTurn(EventBytes.id(), id, AUDIO));
    assertThat(standIn.verdicts().failed(Row.C19)).isEqualTo(4);
    send(EventBytes.speechTurn(EventBytes.id(), id, AUDIO));
    assertThat(standIn.verdicts().failed(Row.C19)).as("a messageId comes twice").isEqualTo(5);
    String dialog = EventBytes.id();
    send(EventBytes.speechTurn(dialog, EventBytes.id(), AUDIO));
    send(EventBytes.speechTurn(dialog, EventBytes.id(), AUDIO));
    assertThat(standIn.verdicts().failed(Row.C19)).as("a dialogRequestId comes twice").isEqualTo(6);
    assertThat(broken()).containsExactly(Row.C19);
  }

  @Test
  void c19ATurnMayBeSentAgainAfterAFailure() {
    String dialog = EventBytes.id();
    String message = EventBytes.id();
    standIn.scripts().next(Script.replying(Reply.status(503)));
    assertThat(send(EventBytes.speechTurn(dialog, message, AUDIO))).isEqualTo(503);
    assertThat(send(EventBytes.speechTurn(dialog, message, AUDIO))).isEqualTo(200);
    assertThat(broken()).isEmpty();
  }

  private static byte[] withContext(String... states) {
    String json =
        EventBytes.speech(EventBytes.id(), EventBytes.id(), EventBytes.SPEECH_PAYLOAD)
            .replace("[]", "[" + String.join(",", states) + "]");
    return new EventBytes().metadata(json).audio(AUDIO).last();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "{}",
        "{\"header\":{\"namespace\":\"a\",\"name\":\"b\"}}",
        "{\"header\":{\"namespace\":\"a\"},\"payload\":{}}",
        "{\"header\":{\"namespace\":\"a\",\"name\":7},\"payload\":{}}",
        "{\"header\":{\"namespace\":\"a\",\"name\":\"b\"},\"payload\":[]}"
      })
  void c20Context(String state) {
    assertThat(send(withContext(state))).isEqualTo(200);
    assertThat(broken()).containsExactly(Row.C20);
  }

  @Test
  void c20UnknownStatesAreTheClientsOwn() {
    String unknown =
        "{\"header\":{\"namespace\":\"X\",\"name\":\"Y\",\"z\":1},\"payload\":{\"q\":[]}}";
    send(withContext(unknown, unknown));
    assertThat(broken()).isEmpty();
    assertThat(standIn.rows().judged(Row.C20)).isEqualTo(1);
  }

  @Test
  void c25AnAnswerToExpectSpeechReusesTheDialogAndBearsItsId() {
    String dialog = EventBytes.id();
    standIn
        .scripts()
        .next(
            Script.DEFAULT.withExtras(Extra.EXPECT_SPEECH),
            Script.DEFAULT.withExtras(Extra.EXPECT_SPEECH));
    client.downchannel(TOKEN);
    TestClient.Stream first =
        client.exchange(
            TestClient.post(TOKEN), EventBytes.speechTurn(dialog, EventBytes.id(), AUDIO));
    String speechId = ResponseText.field(first.text(), "expectSpeechId");
    String payload =
        EventBytes.SPEECH_PAYLOAD.replace(
            "{\"lang\"", "{\"speechId\":\"" + speechId + "\",\"lang\"");
    send(
        new EventBytes()
            .metadata(EventBytes.speech(dialog, EventBytes.id(), payload))
            .audio(AUDIO)
            .last());
    assertThat(broken()).isEmpty();
    assertThat(standIn.verdicts().passed(Row.C25)).isEqualTo(1);
    send(
        new EventBytes()
            .metadata(EventBytes.speech(dialog, EventBytes.id(), payload))
            .audio(AUDIO)
            .last());
    assertThat(broken()).as("the id of the ExpectSpeech before").containsExactly(Row.C25);
  }

  @Test
  void c26TextTurns() {
    String json = EventBytes.metadata("TextRecognizer", EventBytes.id(), EventBytes.id(), "{}");
    send(new EventBytes().metadata(json).last());
    assertThat(standIn.verdicts().failed(Row.C26)).isEqualTo(1);
    json =
        EventBytes.metadata("TextRecognizer", EventBytes.id(), EventBytes.id(), "{\"text\":\"a\"}");
    send(new EventBytes().metadata(json).audio(AUDIO).last());
    assertThat(standIn.verdicts().failed(Row.C26)).isEqualTo(2);
    assertThat(broken()).containsExactly(Row.C26);
  }

  @Test
  void verdictsAreWrittenAsTheyComeAndHoldNoToken(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("verdicts.jsonl");
    StandInConfig config =
        StandInConfig.DEFAULT.withTransport(new Transport.Cleartext()).withVerdictsFile(file);
    try (StandIn writing = StandIn.start(config);
        TestClient other = new TestClient(writing.port())) {
      other.downchannel(TOKEN);
      String dialog = EventBytes.id();
      other.exchange(
          TestClient.post(TOKEN), EventBytes.speechTurn(dialog, EventBytes.id(), new byte[101]));
      TestClient.await("the turn", () -> !writing.turns().isEmpty());
      List<String> lines = Files.readAllLines(file);
      assertThat(lines)
          .anyMatch(l -> l.contains(dialog) && l.contains("\"row\":\"C16\",\"ok\":false"));
      assertThat(lines)
          .anyMatch(l ->
              l.contains("\"client\":\"" + ClientId.of(TOKEN) + "\"")
                  && l.contains("\"C13\",\"ok\":true"));
      assertThat(lines).noneMatch(l -> l.contains(TOKEN));
    }
  }
}
