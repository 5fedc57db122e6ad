package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Needed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
    return run(command);
  }

  private static void assumeCurl() throws InterruptedException {
    try {
      if (!run(List.of("curl", "--version")).contains("HTTP2")) {
        throw Needed.CURL.missing("this curl has no HTTP/2");
      }
    } catch (IOException e) {
      throw Needed.CURL.missing("there is no curl here: " + e.getMessage());
    }
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("curl ends").isTrue();
    return out;
  }
}
