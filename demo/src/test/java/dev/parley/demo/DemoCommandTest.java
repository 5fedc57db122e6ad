package dev.parley.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
  @Test
  void theDemoShowsATurnAndVerifiesItsEcho() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false);
    int status = new CommandRunner(Main.commands(), Map.of(), console).run("demo");
    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(out.toString(UTF_8))
        .contains("broker      started")
        .contains("chunk 1 is in Kafka")
        .contains("SpeechRecognizer.StopCapture")
        .contains("stops, as it was told,")
        .contains("SpeechSynthesizer.Speak")
        .contains("turn closed: ok")
        .containsPattern("published +\\d+ chunks")
        .containsPattern("CIC received +\\d+ chunks")
        .containsPattern("echo +verified: ")
        .containsPattern("latency +\\d+ ms")
        .containsPattern("protocol .* all were kept")
        .doesNotContain("\u001b");
    assertThat(status).isZero();
  }
}
