package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Needed;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that nobody here wrote; skipped where there is no curl with HTTP/2. */
class CurlTest {
  @TempDir Path folder = Path.of("");

  @Test
  void lenientAnswersCurl() throws IOException, InterruptedException {
    assumeCurl();
    StandInConfig config =
        StandInConfig.DEFAULT.withTransport(new Transport.Cleartext()).withLenient(true);
    try (StandIn standIn = StandIn.start(config)) {
      byte[] audio = speech();
      Path answer = folder.resolve("answer");
      String status = curl(event(standIn, audio, answer));
      assertThat(status).isEqualTo("200");
      byte[] body = Files.readAllBytes(answer);
      byte[] before = "octet-stream\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      int from = Collections.indexOfSubList(list(body), list(before)) + before.length;
      assertThat(Arrays.copyOfRange(body, from, from + audio.length)).isEqualTo(audio);
      assertThat(new String(body, StandardCharsets.ISO_8859_1))
          .contains("StopCapture")
          .contains("RenderText");
      assertThat(standIn.verdicts().failures())
          .extracting(Verdict::row)
          .containsExactly(Row.C2, Row.C3, Row.C5, Row.C11, Row.C12, Row.C14, Row.C16);
    }
  }

  @Test
  void strictRefusesCurlBecauseItHasNoDownchannel() throws IOException, InterruptedException {
    assumeCurl();
    try (StandIn standIn =
        StandIn.start(StandInConfig.DEFAULT.withTransport(new Transport.Cleartext()))) {
      Path answer = folder.resolve("answer");
      assertThat(curl(event(standIn, speech(), answer))).isEqualTo("412");
      assertThat(Files.readString(answer)).contains("\"code\":412");
    }
  }

  @Test
  void aSecondDownchannelAndAnEventOnAnotherConnectionBreakTheirRows() throws Exception {
    assumeCurl();
    StandInConfig config =
        StandInConfig.DEFAULT
            .withTransport(new Transport.Cleartext())
            .withOpenWindow(Duration.ofMinutes(1));
    try (StandIn standIn = StandIn.start(config)) {
      List<String> get = List.of("-N", standIn.uri() + "/v1/directives");
      Process downchannel = new ProcessBuilder(command(get)).start();
      try (BufferedReader told = downchannel.inputReader(StandardCharsets.UTF_8)) {
        String line = told.readLine();
        while (!line.contains("Hello")) {
          line = told.readLine();
        }
        Path answer = folder.resolve("answer");
        assertThat(curl(event(standIn, speech(), answer))).isEqualTo("412");
        assertThat(standIn.rows().brokenRows()).containsExactly(Row.C5);
        assertThat(curl(List.of("-o", answer.toString(), "-w", "%{http_code}", get.getLast())))
            .isEqualTo("429");
        assertThat(standIn.rows().brokenRows()).containsExactly(Row.C4, Row.C5);
      } finally {
        downchannel.destroy();
      }
    }
  }

  @Test
  void aBodyWithoutItsFinalBoundaryAndOneOfOddLengthBreakTheirRows() throws Exception {
    assumeCurl();
    StandInConfig config =
        StandInConfig.DEFAULT.withTransport(new Transport.Cleartext()).withLenient(true);
    EventBytes body = new EventBytes();
    String json = EventBytes.speech(EventBytes.id(), EventBytes.id(), EventBytes.SPEECH_PAYLOAD);
    byte[] unfinished = body.metadata(json).audio(new byte[6_400]).sofar();
    json = EventBytes.speech(EventBytes.id(), EventBytes.id(), EventBytes.SPEECH_PAYLOAD);
    byte[] odd = body.metadata(json).audio(new byte[101]).last();
    try (StandIn standIn = StandIn.start(config)) {
      assertThat(curl(raw(standIn, unfinished))).isEqualTo("200");
      assertThat(standIn.rows().brokenRows()).containsExactly(Row.C2, Row.C3, Row.C5, Row.C13);
      assertThat(curl(raw(standIn, odd))).isEqualTo("200");
      assertThat(standIn.rows().brokenRows())
          .containsExactly(Row.C2, Row.C3, Row.C5, Row.C13, Row.C16);
    }
  }

  /** A body as it is, and without Content-Length. */
  private List<String> raw(StandIn standIn, byte[] body) throws IOException {
    Path file = Files.write(folder.resolve("body"), body);
    return List.of(
        "-X",
        "POST",
        "-H",
        "Content-Type: multipart/form-data; boundary=" + EventBytes.BOUNDARY,
        "-H",
        "Content-Length:",
        "--data-binary",
        "@" + file,
        "-o",
        folder.resolve("answer").toString(),
        "-w",
        "%{http_code}",
        standIn.uri() + "/v1/events");
  }

  private List<String> event(StandIn standIn, byte[] audio, Path answer) throws IOException {
    Path raw = Files.write(folder.resolve("a.raw"), audio);
    String json = EventBytes.speech(EventBytes.id(), EventBytes.id(), EventBytes.SPEECH_PAYLOAD);
    return List.of(
        "-F",
        "metadata=" + json + ";type=application/json",
        "-F",
        "audio=@" + raw + ";type=application/octet-stream",
        "-o",
        answer.toString(),
        "-w",
        "%{http_code}",
        standIn.uri() + "/v1/events");
  }

  private static byte[] speech() throws IOException {
    Recording weather = Recording.named("weather.wav");
    return Pcm.bytes(Arrays.copyOf(weather.samples(), weather.samples().length + 2 * 16_000));
  }

  private static List<Byte> list(byte[] bytes) {
    List<Byte> list = new ArrayList<>(bytes.length);
    for (byte b : bytes) {
      list.add(b);
    }
    return list;
  }

  private static String curl(List<String> more) throws IOException, InterruptedException {
    return run(command(more));
  }

  private static List<String> command(List<String> more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "curl",
                "-s",
                "--max-time",
                "60",
                "--http2-prior-knowledge",
                "-A",
                TestClient.USER_AGENT));
    command.addAll(List.of("-H", "Authorization: Bearer x"));
    command.addAll(more);
    return command;
  }

  private static void assumeCurl() throws IOException, InterruptedException {
    if (!Foreign.works("curl", "--version") || !run(List.of("curl", "-V")).contains("HTTP2")) {
      throw Needed.CURL.missing("a curl with HTTP/2");
    }
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    return Foreign.run(command).said();
  }
}
