package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.multipart.EventBody;
import dev.parley.testing.Needed;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * The dispatcher's requests, read by software that knows nothing of Parley: node's http2 and
 * busboy.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ForeignServerTest {
  private static final File FOLDER = new File("src/test/foreign");

  @RegisterExtension private final CicBench bench = new CicBench();

  @ParameterizedTest
  @EnumSource(EventBody.Layout.class)
  void aServerThatIsNotOursUnderstandsTheRequest(EventBody.Layout layout) throws Exception {
    install();
    Process node = start("node", "server.js");
    try (BufferedReader said = node.inputReader(StandardCharsets.UTF_8)) {
      String port = said.readLine();
      assertThat(port).as("the port that the server says").matches("[0-9]+");
      Cic cic =
          bench.cic(
              URI.create("http://127.0.0.1:" + port), settings -> settings.withLayout(layout));
      Utterance spoken = bench.begin(bench.link(cic, "kitchen"), "kitchen");
      spoken.speak(5);
      byte[] last = new byte[Utterance.CHUNK / 2];
      assertThat(spoken.call.send(last)).isTrue();
      spoken.call.finish();

      assertThat(spoken.told.end()).isEqualTo("ended 200");
      ObjectNode understood = spoken.told.directives().getFirst().payload();
      assertThat(understood.path("event").asString()).isEqualTo("SpeechRecognizer.Recognize");
      assertThat(understood.path("metadataName").asString()).isEqualTo("metadata");
      assertThat(understood.path("sha256").asString()).isEqualTo(Utterance.sha256(5, last));
      assertThat(understood.path("contentLength").isNull()).as("C14: no Content-Length").isTrue();
      assertThat(understood.path("sizes").toString())
          .isEqualTo(
              layout == EventBody.Layout.PART_PER_CHUNK
                  ? "[6400,6400,6400,6400,6400,3200]"
                  : "[35200]");
    } finally {
      node.destroy();
    }
  }

  private static void install() throws Exception {
    if (new File(FOLDER, "node_modules/busboy").exists()) {
      return;
    }
    try {
      Process npm = start("npm", "ci", "--silent", "--no-audit", "--no-fund");
      if (npm.waitFor(2, TimeUnit.MINUTES) && npm.exitValue() == 0) {
        return;
      }
      npm.destroy();
      throw Needed.NODE.missing("npm ci did not work: look whether npm reaches its registry");
    } catch (IOException e) {
      throw Needed.NODE.missing("there is no npm: install Node.js and npm to run this test");
    }
  }

  private static Process start(String... command) throws IOException {
    return new ProcessBuilder(command)
        .directory(FOLDER)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
