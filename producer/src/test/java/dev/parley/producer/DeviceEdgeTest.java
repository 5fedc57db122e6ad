package dev.parley.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.Json;
import dev.parley.protocol.message.ContextObject;
import dev.parley.protocol.message.Event;
import dev.parley.protocol.record.SpeechRecord;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

@Timeout(60)
class DeviceEdgeTest {
  private static final String DIALOG = "1c5a2b34-0000-4000-8000-00000000000d";
  private static final String MESSAGE = "1c5a2b34-0000-4000-8000-00000000000e";
  private static final String TURNS = "/v1/devices/kitchen/dialogs/" + DIALOG + "/turns";
  private static final String RAW = "audio/l16;rate=16000";

  private final MemorySink sink = new MemorySink();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SpeechPublisher publisher = new SpeechPublisher(sink, "s0urce", meters);
  private final HttpClient client = HttpClient.newHttpClient();
  private DeviceEdge edge = start(Duration.ofSeconds(30));

  private DeviceEdge start(Duration idle) {
    try {
      return DeviceEdge.start(
          new DeviceEdge.Settings("127.0.0.1", 0, idle, Duration.ofMillis(200)),
          publisher,
          meters,
          new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
              if (!Request.getPathInContext(request).equals("/live")) {
                return false;
              }
              callback.succeeded();
              return true;
            }
          });
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void upgrade() throws Exception {
    // The client speaks HTTP/2 from its second request on.
    assertThat(send(request("/live").GET()).statusCode()).isEqualTo(200);
  }

  @AfterEach
  void stop() {
    client.close();
    edge.close();
    publisher.close();
  }

  @Test
  void speechIsPublishedWhileItArrives() throws Exception {
    byte[] audio = audio(6400 * 2 + 300);
    try (LiveUpload device = new LiveUpload(edge.port(), TURNS, RAW)) {
      assertThat(sink.await(1).getFirst()).isInstanceOf(SpeechRecord.Begin.class);
      device.send(Arrays.copyOfRange(audio, 0, 6401));
      sink.await(2);
      device.send(Arrays.copyOfRange(audio, 6401, 12_800));
      sink.await(3);
      device.send(Arrays.copyOfRange(audio, 12_800, audio.length));
      device.end();
      assertThat(device.response()).startsWith("HTTP/1.1 202").contains("\"bytes\":13100");
    }
    assertThat(sink.kinds()).isEqualTo("Begin Audio Audio Audio End");
    assertThat(sink.chunks()).containsExactly(6400, 6400, 300);
    assertThat(published()).isEqualTo(audio);
    assertThat(sink.records()).extracting(r -> r.turn().device()).containsOnly("kitchen");
    assertThat(sink.records()).extracting(r -> r.turn().dialog()).containsOnly(DIALOG);
  }

  @Test
  void speechOverHttp2IsAnsweredWithWhatWasPublished() throws Exception {
    HttpResponse<String> response =
        send(post(TURNS + "?lang=ja&message=" + MESSAGE, RAW, audio(64_000)));

    assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(response.statusCode()).isEqualTo(202);
    ObjectNode body = Json.object(response.body().getBytes(UTF_8));
    assertThat(body.path("device").stringValue()).isEqualTo("kitchen");
    assertThat(body.path("dialogRequestId").stringValue()).isEqualTo(DIALOG);
    assertThat(body.path("messageId").stringValue()).isEqualTo(MESSAGE);
    assertThat(body.path("chunks").intValue()).isEqualTo(10);
    assertThat(body.path("bytes").intValue()).isEqualTo(64_000);
    assertThat(begun().payload().path("lang").stringValue()).isEqualTo("ja");
  }

  @Test
  void aWavIsConverted() throws Exception {
    byte[] wav =
        Wav.file(Wav.PCM, 48_000, 16, 2, Wav.samples(1, 16, 2, 48_000, Wav.tone(1000, 48_000)));
    assertThat(send(post(TURNS, "audio/wav", wav)).statusCode()).isEqualTo(202);
    assertThat(Wav.amplitude(published(), 1000)).isBetween(0.48, 0.52);
    assertThat(sink.kinds()).endsWith("Audio End");
  }

  @Test
  void whatFollowsTheSamplesOfAWavDoesNotSpoilTheAnswer() throws Exception {
    byte[] samples = audio(6400);
    byte[] trailer = Wav.chunk("LIST", new byte[500_000]);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(samples);
    all.writeBytes(trailer);
    byte[] wav = Wav.file(Wav.format(1, 16_000, 16, 1), all.toByteArray(), 6400, 600_000);

    HttpResponse<String> response = send(post(TURNS, "audio/wav", wav));

    assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(published()).isEqualTo(samples);
  }

  @Test
  void aLargeFileThatIsRefusedIsToldWhy() throws Exception {
    assertRefused(400, post(TURNS, "audio/wav", audio(3_000_000)));
    assertRefused(415, post(TURNS, "audio/mpeg", audio(3_000_000)));
  }

  @Test
  void aWavOfTheRightFormIsPublishedWhileItArrives() throws Exception {
    byte[] wav = Wav.file(Wav.format(1, 16_000, 16, 1), audio(6400), 0xFFFF_FFFFL, 0xFFFF_FFFFL);
    try (LiveUpload device = new LiveUpload(edge.port(), TURNS, "audio/wav")) {
      device.send(wav);
      sink.await(2);
      device.send(audio(100));
      device.end();
      assertThat(device.response()).contains("202");
    }
    assertThat(sink.chunks()).containsExactly(6400, 100);
  }

  @Test
  void textIsATurnWithoutAudio() throws Exception {
    String json =
        "{\"text\":\"몇 시야?\",\"context\":[{\"header\":{\"namespace\":\"Speaker\",\"name\":"
            + "\"VolumeState\"},\"payload\":{\"volume\":3}}]}";
    HttpResponse<String> response =
        send(post(TURNS + "?speechId=e1&explicit=true", "application/json", json.getBytes(UTF_8)));

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(sink.kinds()).isEqualTo("Begin End");
    assertThat(begun()).isInstanceOf(Event.TextRecognize.class);
    assertThat(begun().payload().path("text").stringValue()).isEqualTo("몇 시야?");
    assertThat(begun().payload().path("speechId").stringValue()).isEqualTo("e1");
    assertThat(begun().payload().path("explicit").booleanValue()).isTrue();
    assertThat(Event.contextOfMetadata(metadata()))
        .extracting(ContextObject::name)
        .containsExactly("VolumeState");
  }

  @Test
  void aDevicesOwnMetadataGoAlong() throws Exception {
    byte[] own =
        TurnRequest.speech("kitchen", "ko")
            .withDialog(DIALOG)
            .withInitiator(new Initiator.WakeWord(4800, 9600))
            .metadata();
    HttpResponse<String> response =
        send(
            post(TURNS, RAW, audio(6400))
                .header("Parley-Metadata", Base64.getEncoder().encodeToString(own)));
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(metadata()).isEqualTo(own);
  }

  @Test
  void aDeviceThatHangsUpCancelsItsTurn() throws Exception {
    try (LiveUpload device = new LiveUpload(edge.port(), TURNS, RAW)) {
      device.send(audio(6400));
      sink.await(2);
    }
    sink.await(3);
    assertThat(sink.kinds()).isEqualTo("Begin Audio Cancel");
  }

  @Test
  void aDeviceThatFallsSilentCancelsItsTurn() throws Exception {
    edge.close();
    edge = start(Duration.ofMillis(100));
    try (LiveUpload device = new LiveUpload(edge.port(), TURNS, RAW)) {
      sink.await(2);
      assertThat(device.response()).contains("400");
    }
    assertThat(sink.kinds()).isEqualTo("Begin Cancel");
  }

  @Test
  void aTurnCanBeCancelledFromOutside() throws Exception {
    String turn = TURNS + "?message=" + MESSAGE;
    try (LiveUpload device = new LiveUpload(edge.port(), turn, RAW)) {
      device.send(audio(6400));
      sink.await(2);
      assertThat(send(post(turn, RAW, audio(2))).statusCode()).as("twice").isEqualTo(409);

      HttpResponse<String> deleted = send(request(TURNS + "/" + MESSAGE).DELETE());
      assertThat(deleted.statusCode()).isEqualTo(200);
      assertThat(deleted.body()).contains("cancelled");
      device.send(audio(6400));
      assertThat(device.response()).startsWith("HTTP/1.1 409").contains("was cancelled");
    }
    assertThat(sink.kinds()).isEqualTo("Begin Audio Cancel");
    assertThat(send(request(TURNS + "/" + MESSAGE).DELETE()).statusCode()).isEqualTo(404);
  }

  @Test
  void moreThanATurnMayHaveIsRefused() throws Exception {
    assertThat(send(post(TURNS, RAW, audio(Turn.MAX_AUDIO_BYTES + 2))).statusCode()).isEqualTo(413);
    assertThat(sink.records()).as("told by its Content-Length").isEmpty();

    try (LiveUpload device = new LiveUpload(edge.port(), TURNS, RAW)) {
      device.send(audio(Turn.MAX_AUDIO_BYTES + 2));
      device.end();
      assertThat(device.response()).startsWith("HTTP/1.1 413").contains("too-long");
    }
    assertThat(sink.kinds()).endsWith("Audio Cancel");
  }

  @Test
  void aBrokerThatIsLostIsSaid() throws Exception {
    sink.refuseFrom(3);
    HttpResponse<String> response = send(post(TURNS, RAW, audio(64_000)));
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
    assertError(response, "lost");
    assertThat(sink.kinds()).isEqualTo("Begin Audio Audio");
  }

  @Test
  void whatCannotBeSpokenIsRefusedInJson() throws Exception {
    String json = "application/json";
    byte[] pcm = audio(6400);
    assertRefused(400, post("/v1/devices/a%20b/dialogs/" + DIALOG + "/turns", RAW, pcm));
    assertRefused(400, post("/v1/devices/" + "a".repeat(65) + "/dialogs/d/turns", RAW, pcm));
    assertRefused(400, post("/v1/devices//dialogs/" + DIALOG + "/turns", RAW, pcm));
    assertRefused(400, post("/v1/devices/kitchen/dialogs/d1/turns", RAW, pcm));
    assertRefused(400, post(TURNS + "?message=m1", RAW, pcm));
    assertRefused(400, post(TURNS + "?lang=fr", RAW, pcm));
    assertRefused(400, post(TURNS + "?speechId=e&explicit=perhaps", RAW, pcm));
    assertRefused(400, post(TURNS, RAW, pcm).header("Parley-Metadata", "***"));
    assertRefused(400, post(TURNS, RAW, pcm).header("Parley-Metadata", "e30="));
    assertRefused(400, post(TURNS, "audio/wav", pcm));
    assertRefused(400, post(TURNS, json, "{\"text\":\"\"}".getBytes(UTF_8)));
    assertRefused(400, post(TURNS, json, "{\"txt\":\"hi\"}".getBytes(UTF_8)));
    assertRefused(400, post(TURNS, json, "{\"text\":\"hi\",\"context\":[7]}".getBytes(UTF_8)));
    assertRefused(400, post(TURNS, json, "hi".getBytes(UTF_8)));
    assertRefused(400, post(TURNS, json, new byte[Json.MAX_BYTES + 1]));
    assertRefused(415, post(TURNS, "audio/mpeg", pcm));
    assertRefused(415, post(TURNS, "audio/l16;rate=44100", pcm));
    assertRefused(415, post(TURNS, "audio/l16; rate=16000; channels=2", pcm));
    assertRefused(415, request(TURNS).POST(BodyPublishers.ofByteArray(pcm)));
    assertRefused(405, request(TURNS).GET());
    assertRefused(405, request(TURNS).DELETE());
    assertRefused(405, request(TURNS + "/" + MESSAGE).GET());
    assertRefused(404, request("/elsewhere").GET());
    try (LiveUpload device = new LiveUpload(edge.port(), TURNS + "?lang=%zz", RAW)) {
      assertThat(device.response()).startsWith("HTTP/1.1 400").contains("not properly encoded");
    }
    assertThat(sink.records()).isEmpty();

    assertRefused(400, post(TURNS, RAW, new byte[0]));
    assertThat(sink.kinds()).isEqualTo("Begin Cancel");
  }

  private static Stream<Named<String>> numbersThatNoParserLikes() {
    String digits = "7".repeat(10_000);
    return Stream.of(
        Named.of("1e2147483648", "1e2147483648"),
        Named.of("-1E-99999999999", "-1E-99999999999"),
        Named.of("0e9999999999", "0e9999999999"),
        Named.of("10,000 digits", digits),
        Named.of("10,000 digits behind the point", "0." + digits),
        Named.of("10,000 digits of an exponent", "1e" + digits));
  }

  @ParameterizedTest
  @MethodSource("numbersThatNoParserLikes")
  void aNumberThatNoParserLikesIsTheDevicesMistakeAndItsNeighboursSpeakOn(String number)
      throws Exception {
    String json = "application/json";
    String header = "{\"namespace\":\"Speaker\",\"name\":\"VolumeState\"}";
    String context =
        "\"context\":[{\"header\":" + header + ",\"payload\":{\"volume\":" + number + "}}]";
    String event =
        """
        {%s,"event":{"header":{"namespace":"%s","name":"Recognize","messageId":"%s",\
        "dialogRequestId":"%s"},"payload":{}}}\
        """;
    try (LiveUpload neighbour = new LiveUpload(edge.port(), TURNS, RAW)) {
      neighbour.send(audio(6400));
      sink.await(2);
      String text = event.formatted(context, "TextRecognizer", MESSAGE, DIALOG);
      String speech = event.formatted(context, "SpeechRecognizer", MESSAGE, DIALOG);
      assertBadNumber(post(TURNS, json, ("{\"text\":\"hi\"," + context + "}").getBytes(UTF_8)));
      assertBadNumber(post(TURNS, json, text.getBytes(UTF_8)));
      assertBadNumber(
          post(TURNS, RAW, audio(6400))
              .header(
                  "Parley-Metadata", Base64.getEncoder().encodeToString(speech.getBytes(UTF_8))));
      neighbour.end();
      assertThat(neighbour.response()).startsWith("HTTP/1.1 202");
    }
    assertThat(sink.kinds()).isEqualTo("Begin Audio End");
  }

  private void assertBadNumber(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response = send(request);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains("number").hasSizeLessThan(300);
    assertError(response, "");
  }

  @Test
  void manyDevicesSpeakAtOnce() throws Exception {
    int many = 300;
    List<LiveUpload> devices = new ArrayList<>();
    try {
      for (int i = 0; i < many; i++) {
        String path = "/v1/devices/device-" + i + "/dialogs/" + DIALOG + "/turns";
        devices.add(new LiveUpload(edge.port(), path, RAW));
      }
      sink.await(many);
      assertThat(sink.records()).allMatch(SpeechRecord.Begin.class::isInstance);
      for (LiveUpload device : devices) {
        device.send(audio(100));
        device.end();
        assertThat(device.response()).contains("202");
      }
    } finally {
      for (LiveUpload device : devices) {
        device.close();
      }
    }
    assertThat(meters.get("parley.producer.turns.open").gauge().value()).isZero();
    assertThat(meters.get("parley.producer.requests").tag("status", "202").counter().count())
        .isEqualTo(many);
  }

  @Test
  void closingCancelsTurnsThatDoNotEndInTime() throws Exception {
    try (LiveUpload device = new LiveUpload(edge.port(), TURNS, RAW)) {
      device.send(audio(6400));
      sink.await(2);
      edge.close();
      sink.await(3);
      assertThat(sink.kinds()).isEqualTo("Begin Audio Cancel");
    }
  }

  @Test
  void aPortThatIsTakenIsSaid() {
    DeviceEdge.Settings taken = DeviceEdge.Settings.DEFAULT.at("127.0.0.1", edge.port());
    assertThatThrownBy(() -> DeviceEdge.start(taken, publisher, meters).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen at 127.0.0.1:" + edge.port())
        .hasMessageContaining("in use");
  }

  private void assertRefused(int status, HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response = send(request);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertError(response, "");
  }

  private static void assertError(HttpResponse<String> response, String error) throws Exception {
    ObjectNode body = Json.object(response.body().getBytes(UTF_8));
    assertThat(Json.text(body, "error")).contains(error);
    assertThat(Json.text(body, "message")).isNotEmpty().doesNotContain("\n", "Exception");
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge.port() + path));
  }

  private HttpRequest.Builder post(String path, String type, byte[] body) {
    return request(path).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private byte[] published() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (SpeechRecord record : sink.records()) {
      if (record instanceof SpeechRecord.Audio audio) {
        all.writeBytes(audio.pcm());
      }
    }
    return all.toByteArray();
  }

  private byte[] metadata() {
    return ((SpeechRecord.Begin) sink.records().getFirst()).metadata();
  }

  private Event begun() throws Exception {
    return Event.ofMetadata(metadata());
  }

  private static byte[] audio(int length) {
    byte[] audio = new byte[length];
    new Random(9).nextBytes(audio);
    return audio;
  }
}
