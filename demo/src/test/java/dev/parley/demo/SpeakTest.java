package dev.parley.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Console;
import dev.parley.protocol.Json;
import dev.parley.standin.ReceivedTurn;
import dev.parley.standin.Reply;
import dev.parley.standin.Script;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code speak}, as a user runs it, with everything embedded. */
class SpeakTest {
  @TempDir static Path folder;
  private static Path recording;
  private static EmbeddedPipeline pipeline;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void start() throws Exception {
    recording = folder.resolve("weather.wav");
    try (InputStream in = DemoCommand.class.getResourceAsStream("weather.wav")) {
      Files.write(recording, in.readAllBytes());
    }
    pipeline = EmbeddedPipeline.start(EmbeddedPipeline.Ports.FREE, 3, (part, where) -> {});
  }

  @AfterAll
  static void stop() {
    pipeline.close();
  }

  @BeforeEach
  void behave() {
    pipeline.standIn().scripts().clear();
  }

  private int speak(String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("speak", "--router", pipeline.routerUrl().toString()));
    all.addAll(List.of("--bootstrap", pipeline.kafka().bootstrap()));
    all.addAll(List.of(arguments));
    Console console =
        new Console(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false);
    return new CommandRunner(Main.commands(), Map.of(), console).run(all.toArray(String[]::new));
  }

  private List<ObjectNode> lines() throws Exception {
    List<ObjectNode> lines = new ArrayList<>();
    for (String line : out.toString(UTF_8).lines().toList()) {
      lines.add(Json.object(line.getBytes(UTF_8)));
    }
    return lines;
  }

  @Test
  void everyDirectiveAndAttachmentIsALineAndTheClosedTurnTheLast() throws Exception {
    int status = speak("--device", "d-1", "--wav", recording.toString(), "--fast", "--json");
    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(status).isZero();
    List<ObjectNode> lines = lines();
    assertThat(lines)
        .extracting(line -> line.path("directive").path("header").path("name").asString(""))
        .contains("StopCapture", "RenderText", "Speak");
    ObjectNode closed = lines.getLast();
    assertThat(closed.path("kind").asString()).isEqualTo("turn-closed");
    assertThat(closed.path("status").asString()).isEqualTo("ok");
    ReceivedTurn heard =
        pipeline.standIn().turns().stream()
            .filter(turn -> turn.messageId().equals(closed.path("turn").asString()))
            .findFirst()
            .orElseThrow();
    assertThat(lines)
        .filteredOn(line -> line.path("kind").asString().equals("attachment"))
        .singleElement()
        .satisfies(attachment -> {
          assertThat(attachment.path("sha256").asString()).isEqualTo(heard.audioSha256());
          assertThat(attachment.path("length").asLong()).isEqualTo(heard.audioBytes());
          assertThat(closed.path("published").path("bytes").asLong())
              .isGreaterThanOrEqualTo(heard.audioBytes());
        });
  }

  @Test
  void aDeviceThatIsToldToStopStopsSpeaking() throws Exception {
    assertThat(speak("--device", "d-2", "--wav", recording.toString(), "--json")).isZero();
    ObjectNode published = (ObjectNode) lines().getLast().path("published");
    assertThat(published.path("stoppedEarly").asBoolean()).isTrue();
    assertThat(published.path("bytes").asLong()).isLessThan(Files.size(recording) - 44);
  }

  @Test
  void textIsAnsweredToo() {
    assertThat(speak("--device", "d-3", "--text", "hello")).isZero();
    assertThat(out.toString(UTF_8)).contains("Clova.RenderText", "turn closed: ok");
  }

  @Test
  void aTurnThatCicRefusesEndsInFailureWithItsReason() throws Exception {
    pipeline.standIn().scripts().next(Script.replying(Reply.status(400)));
    assertThat(speak("--device", "d-4", "--text", "hello", "--json")).isEqualTo(1);
    assertThat(lines().getLast().path("status").asString()).isEqualTo("refused");
  }

  @Test
  void anAnswerThatDoesNotComeIsSaidInOneLine() {
    pipeline.standIn().scripts().next(Script.replying(Reply.HANG));
    assertThat(speak("--device", "d-5", "--text", "hello", "--timeout", "2s")).isEqualTo(1);
    assertThat(err.toString(UTF_8))
        .hasLineCount(1)
        .startsWith("parley: no answer within 2 s: turn");
  }

  @Test
  void aRouterThatIsNotThereIsSaidInOneLine() {
    Console console =
        new Console(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false);
    int status =
        new CommandRunner(
                Main.commands(),
                Map.of(
                    "PARLEY_ROUTER",
                    "http://127.0.0.1:9",
                    "PARLEY_BOOTSTRAP",
                    pipeline.kafka().bootstrap()),
                console)
            .run("speak", "--device", "d-6", "--text", "hello");
    assertThat(status).isEqualTo(1);
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            "parley: the router at http://127.0.0.1:9 cannot be reached. Start one with ./parley"
                + " router, or give --router URL.\n");
  }
}
