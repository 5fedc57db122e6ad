package dev.parley.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.AttachmentPiece;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import dev.parley.router.delivery.DeliveryConfig;
import dev.parley.router.delivery.DeviceServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a device sees over real HTTP, with a ledger driven by hand. */
@Timeout(60)
class DeviceApiTest {
  private static final String DEVICE = "kitchen";
  private static final String SHA256 = "0123456789abcdef".repeat(4);
  private static final String ETAG = '"' + SHA256 + '"';
  private static final Attempt ATTEMPT = new Attempt(1, 1);
  private static final TurnId TURN = new TurnId(DEVICE, "dialog-1", "turn-1");

  private final HandDrivenLedger ledger = new HandDrivenLedger();
  private final DeliveryConfig config =
      new DeliveryConfig(Duration.ofMillis(200), 64, Duration.ofSeconds(5), Duration.ofMillis(300));
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Stream> streams = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private DeviceServer server;

  @BeforeEach
  void listen() {
    server =
        DeviceServer.start(
            "127.0.0.1",
            0,
            ledger.devices,
            ledger,
            (device, authorization) -> !authorization.equals(Optional.of("Bearer wrong")),
            config,
            ledger.registry,
            new Handler.Abstract() {
              @Override
              public boolean handle(Request request, Response response, Callback callback) {
                if (!Request.getPathInContext(request).equals("/live")) {
                  return false;
                }
                response.write(true, ByteBuffer.wrap(new byte[] {'o', 'k'}), callback);
                return true;
              }
            });
  }

  @AfterEach
  void stop() throws IOException {
    for (Stream stream : streams) {
      stream.lines.close();
    }
    server.close();
    client.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> ack(String json) throws Exception {
    return client.send(
        request("/v1/devices/kitchen/acks").POST(HttpRequest.BodyPublishers.ofString(json)).build(),
        BodyHandlers.ofString());
  }

  private record Stream(BufferedReader lines) {
    /** The next event, its lines joined by {@code |}; heartbeats left out. */
    String event() throws IOException {
      List<String> event = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty() && !event.isEmpty()) {
          return String.join("|", event);
        }
        if (!line.isEmpty() && !line.equals(":")) {
          event.add(line);
        }
      }
      return "end";
    }

    long cursor(String event) {
      return Long.parseLong(event.replaceAll(".*\\|id: (\\d+)\\|.*", "$1"));
    }
  }

  private Stream open(HttpClient.Version version, String query, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        request("/v1/devices/kitchen/directives" + query).version(version);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.version()).isEqualTo(version);
    assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
    Stream stream =
        new Stream(
            new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
    streams.add(stream);
    assertThat(stream.event()).isEqualTo(": connected");
    return stream;
  }

  private Stream open(String query, String... headers) throws Exception {
    return open(HttpClient.Version.HTTP_1_1, query, headers);
  }

  private void begun() {
    ledger.append(new LedgerRecord.TurnBegun(TURN, ATTEMPT, "SpeechRecognizer.Recognize", 1));
  }

  private void sent() {
    ledger.append(new LedgerRecord.TurnSent(TURN, ATTEMPT, 6400, 1, UploadEnd.END));
  }

  private void closed(TurnStatus status) {
    ledger.append(
        new LedgerRecord.TurnClosed(
            TURN, ATTEMPT, status, "done", "All said.", Map.of("audioChunks", 1L), Map.of()));
  }

  private void directive(String name, String messageId, String dialog, String payload) {
    int dot = name.indexOf('.');
    String json =
        """
        {"header":{"namespace":"%s","name":"%s","messageId":"%s",
          "dialogRequestId":"%s"},"payload":%s}\
        """
            .formatted(name.substring(0, dot), name.substring(dot + 1), messageId, dialog, payload);
    ledger.append(
        new LedgerRecord.DirectiveReceived(
            DEVICE,
            Optional.of(TURN),
            ATTEMPT,
            Channel.RESPONSE,
            json.getBytes(StandardCharsets.UTF_8)));
  }

  private void speak(String messageId) {
    directive("SpeechSynthesizer.Speak", messageId, "dialog-1", "{\"url\":\"cid:audio\"}");
  }

  private void attachmentBegun(String name) {
    ledger.append(
        new LedgerRecord.AttachmentBegun(
            DEVICE, Optional.of(TURN), ATTEMPT, Channel.RESPONSE, name, "audio", "audio/mpeg", 0));
  }

  private void attachmentEnded(String name, long length, boolean whole) {
    ledger.append(
        new LedgerRecord.AttachmentEnded(
            DEVICE, Optional.of(TURN), ATTEMPT, Channel.RESPONSE, name, length, SHA256, whole));
  }

  private void piece(String attachment, int seq, String text, boolean last) {
    ledger.piece(
        new AttachmentPiece(
            "dialog-1",
            DEVICE,
            ATTEMPT,
            attachment,
            seq,
            last
                ? Optional.of(new AttachmentPiece.End(text.length(), SHA256, true))
                : Optional.empty(),
            text.getBytes(StandardCharsets.US_ASCII)));
  }

  private void talkingOf(String attachment) {
    begun();
    sent();
    speak("m1");
    attachmentBegun(attachment);
  }

  private static String path(String attachment) {
    return "/v1/devices/kitchen/attachments/" + attachment;
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  @DisplayName("A turn as its device sees it, over HTTP/1.1 and HTTP/2")
  void turn(HttpClient.Version version) throws Exception {
    if (version.name().equals("HTTP_3")) {
      return;
    }
    if (version == HttpClient.Version.HTTP_2) {
      // Upgrade once, so that the stream itself begins on HTTP/2.
      client.send(request("/live").version(version).build(), BodyHandlers.ofString());
    }
    Stream stream = open(version, "");
    begun();
    directive("SpeechRecognizer.StopCapture", "m0", "dialog-1", "{}");
    assertThat(stream.event())
        .isEqualTo(
            "event: directive|data: {\"directive\":{\"header\":{\"namespace\":"
                + "\"SpeechRecognizer\",\"name\":\"StopCapture\",\"messageId\":\"m0\","
                + "   \"dialogRequestId\":\"dialog-1\"},\"payload\":{}},\"turn\":\"turn-1\","
                + "\"source\":\"cic\",\"attachments\":{}}");
    sent();
    speak("m1");
    assertThat(stream.event()).startsWith("event: directive|id: 105472|data: {").contains("cid:");
    attachmentBegun("a1");
    assertThat(stream.event())
        .isEqualTo(
            "event: attachment|id: 106496|data: {\"contentId\":\"audio\",\"url\":"
                + "\"/v1/devices/kitchen/attachments/a1\",\"contentType\":\"audio/mpeg\","
                + "\"directive\":\"m1\",\"dialogRequestId\":\"dialog-1\",\"turn\":\"turn-1\"}");
    speak("m2");
    assertThat(stream.event())
        .endsWith("\"attachments\":{\"audio\":\"/v1/devices/kitchen/attachments/a1\"}}");
    closed(TurnStatus.OK);
    assertThat(stream.event())
        .isEqualTo(
            "event: turn-closed|id: 108544|data: {\"dialogRequestId\":\"dialog-1\","
                + "\"turn\":\"turn-1\",\"attempt\":\"1.1\",\"status\":\"ok\",\"reason\":\"done\","
                + "\"detail\":\"All said.\",\"counts\":{\"audioChunks\":1},\"times\":{}}");
    assertThat(ledger.registry.counter("parley.router.deliveries", "kind", "directive").count())
        .isEqualTo(3);
  }

  @Test
  @DisplayName("A turn that fails is told as an exception of Parley's own")
  void exception() throws Exception {
    Stream stream = open("");
    begun();
    closed(TurnStatus.TIMED_OUT);

    String event = stream.event();
    String json = event.substring(event.indexOf("data: ") + 6);
    assertThat(json).contains("\"source\":\"parley\"");
    Directive directive = Directive.parse(json.getBytes(StandardCharsets.UTF_8));
    assertThat(directive).isInstanceOf(Directive.SystemException.class);
    assertThat(((Directive.SystemException) directive).code()).isEqualTo("timed-out");
    assertThat(stream.event()).startsWith("event: turn-closed|");
  }

  @Test
  @DisplayName("Last-Event-ID, or ?after=, resumes; without either what is not acknowledged comes")
  void resume() throws Exception {
    begun();
    sent();
    speak("m1");
    speak("m2");
    Stream first = open("");
    long cursor = first.cursor(first.event());
    assertThat(first.event()).contains("\"m2\"");

    assertThat(open("").event()).contains("\"m1\"");
    assertThat(open("", "Last-Event-ID", Long.toString(cursor)).event()).contains("\"m2\"");
    assertThat(open("?after=" + cursor).event()).contains("\"m2\"");
  }

  @Test
  @DisplayName("A router that takes over goes on at the device's cursor")
  void anotherRouter() throws Exception {
    begun();
    sent();
    speak("m1");
    Stream stream = open("");
    long cursor = stream.cursor(stream.event());
    ledger.revoke();
    assertThat(stream.event()).isEqualTo("event: moved|data: {}");
    assertThat(stream.event()).isEqualTo("end");
    HttpResponse<String> meanwhile = get("/v1/devices/kitchen/directives");
    assertThat(meanwhile.statusCode()).isEqualTo(503);
    assertThat(meanwhile.headers().firstValue("Retry-After")).contains("1");
    assertThat(meanwhile.body()).startsWith("{\"error\":\"not-owned\"");

    ledger.assignAgain();
    Stream again = open("?after=" + cursor);
    begun();
    sent();
    speak("m3");
    assertThat(again.event()).contains("\"m3\"");
  }

  @Test
  @DisplayName("The newest stream of a device wins; the former one ends as replaced")
  void replaced() throws Exception {
    Stream first = open("");
    Stream second = open("");

    assertThat(first.event()).isEqualTo("event: replaced|data: {}");
    assertThat(first.event()).isEqualTo("end");
    begun();
    sent();
    speak("m1");
    assertThat(second.event()).contains("\"m1\"");
  }

  @Test
  @DisplayName("A router that stops says so")
  void stopping() throws Exception {
    Stream stream = open("");
    ledger.stopping();

    assertThat(stream.event()).isEqualTo("event: stopping|data: {}");
  }

  @Test
  @DisplayName("Acknowledged by cursor or messageId, a message does not come again")
  void acknowledged() throws Exception {
    begun();
    sent();
    speak("m1");
    speak("m2");
    speak("m3");
    Stream stream = open("");
    long cursor = stream.cursor(stream.event());
    HttpResponse<String> done = ack("{\"cursor\":" + cursor + ",\"messageIds\":[\"m2\"]}");

    assertThat(done.statusCode()).isEqualTo(204);
    assertThat(open("").event()).contains("\"m3\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {"{}", "[]", "{\"cursor\":\"x\"}", "{\"messageIds\":3}", "{\"messageIds\":[1]}"})
  @DisplayName("An acknowledgement that can't be read is refused in JSON")
  void badAcknowledgement(String body) throws Exception {
    HttpResponse<String> refused = ack(body);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).startsWith("{\"error\":\"bad-request\",\"detail\":\"");
  }

  @Test
  @DisplayName("Why a device stayed silent can be asked")
  void discards() throws Exception {
    begun();
    sent();
    directive("SpeechSynthesizer.Speak", "m1", "dialog-9", "{}");

    assertThat(get("/v1/devices/kitchen/discards?dialog=dialog-9").body())
        .startsWith(
            "{\"discards\":[{\"reason\":\"stale\",\"messageId\":\"m1\","
                + "\"name\":\"SpeechSynthesizer.Speak\",\"dialogRequestId\":\"dialog-9\","
                + "\"turn\":\"turn-1\",\"offset\":102,\"millis\":");
    assertThat(get("/v1/devices/kitchen/discards?dialog=dialog-1").body())
        .isEqualTo("{\"discards\":[]}");
    assertThat(get("/v1/devices/bedroom/discards").body()).isEqualTo("{\"discards\":[]}");
  }

  @Test
  @DisplayName("An attachment is streamed while it arrives")
  void arriving() throws Exception {
    talkingOf("a1");
    piece("a1", 0, "first ", false);
    HttpResponse<InputStream> response =
        client.send(request(path("a1")).build(), BodyHandlers.ofInputStream());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("audio/mpeg");
    assertThat(response.headers().firstValue("Content-Length")).isEmpty();
    assertThat(new String(response.body().readNBytes(6), StandardCharsets.US_ASCII))
        .isEqualTo("first ");
    piece("a1", 1, "second", true);
    assertThat(new String(response.body().readAllBytes(), StandardCharsets.US_ASCII))
        .isEqualTo("second");
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-2, 206, fir, bytes 0-2/12",
    "bytes=3-7, 206, 'st se', bytes 3-7/12",
    "bytes=8-, 206, cond, bytes 8-11/12",
    "bytes=-2, 206, nd, bytes 10-11/12",
    "'bytes=0-1,3-4', 200, first second, ''"
  })
  @DisplayName("A whole attachment has a length, an ETag and ranges")
  void ranges(String range, int status, String body, String contentRange) throws Exception {
    talkingOf("a1");
    piece("a1", 0, "first ", false);
    piece("a1", 1, "second", true);
    attachmentEnded("a1", 12, true);
    HttpResponse<String> response = get(path("a1"), "Range", range);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).isEqualTo(body);
    assertThat(response.headers().firstValue("Content-Range").orElse("")).isEqualTo(contentRange);
    assertThat(response.headers().firstValue("Accept-Ranges")).contains("bytes");
    assertThat(response.headers().firstValue("ETag")).contains(ETAG);
    assertThat(response.headers().firstValue("Content-Length"))
        .contains(Integer.toString(body.length()));
  }

  @Test
  @DisplayName("A range of something else than what the device holds is not served")
  void ifRange() throws Exception {
    talkingOf("a1");
    piece("a1", 0, "whole", true);
    attachmentEnded("a1", 5, true);

    assertThat(get(path("a1"), "Range", "bytes=2-", "If-Range", ETAG).body()).isEqualTo("ole");
    assertThat(get(path("a1"), "Range", "bytes=2-", "If-Range", "\"other\"").body())
        .isEqualTo("whole");
    assertThat(get(path("a1"), "Range", "bytes=5-").statusCode()).isEqualTo(416);
  }

  @Test
  @DisplayName("An attachment that broke off, or never ends, breaks off for the device too")
  void brokenOff() throws Exception {
    talkingOf("a1");
    piece("a1", 0, "first ", false);
    HttpResponse<InputStream> idle =
        client.send(request(path("a1")).build(), BodyHandlers.ofInputStream());
    assertThatThrownBy(() -> idle.body().readAllBytes()).isInstanceOf(IOException.class);

    attachmentEnded("a1", 6, false);
    assertThatThrownBy(() -> get(path("a1"))).isInstanceOf(IOException.class);
  }

  @Test
  @DisplayName("Another device's attachment, an unknown one and one that is gone are told apart")
  void noAttachment() throws Exception {
    talkingOf("gone");

    assertThat(get("/v1/devices/bedroom/attachments/gone").statusCode()).isEqualTo(404);
    assertThat(get(path("other")).statusCode()).isEqualTo(404);
    assertThat(get(path("gone")).statusCode()).isEqualTo(410);
  }

  @Test
  @DisplayName("Beyond the readers that there may be, 503")
  void busy() throws Exception {
    talkingOf("a1");
    ledger.freeReaders.set(0);
    HttpResponse<String> busy = get(path("a1"));

    assertThat(busy.statusCode()).isEqualTo(503);
    assertThat(busy.headers().firstValue("Retry-After")).contains("1");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/devices/a%20b/directives, 400",
    "/v1/devices/kitchen/directives?after=x, 400",
    "/v1/devices/kitchen/directives?dialog=%2F, 400",
    "/v1/devices/kitchen/nothing, 404",
    "/v1/devices/kitchen/acks, 405",
    "/elsewhere, 404"
  })
  @DisplayName("Errors are JSON")
  void errors(String path, int status) throws Exception {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).startsWith("{\"error\":\"").contains("\"detail\":\"");
  }

  @Test
  @DisplayName("A device sees its own queue only")
  void unauthorized() throws Exception {
    HttpResponse<String> response =
        get("/v1/devices/kitchen/directives", "Authorization", "Bearer wrong");

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
  }

  @Test
  @DisplayName("Other paths are the extra handler's")
  void extra() throws Exception {
    assertThat(get("/live").body()).isEqualTo("ok");
  }
}
