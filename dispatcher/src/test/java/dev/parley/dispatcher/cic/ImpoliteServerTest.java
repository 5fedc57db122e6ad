package dev.parley.dispatcher.cic;

import static dev.parley.dispatcher.cic.CicBench.left;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.dispatcher.cic.LaneCounts.Why;
import dev.parley.testing.Needed;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A CIC without manners, made of somebody else's HTTP/2: Debian's python3-h2. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ImpoliteServerTest {
  private static final File FOLDER = new File("src/test/foreign");

  @RegisterExtension private final CicBench bench = new CicBench();

  private URI impolite(String behaviour) throws Exception {
    Path debians = Path.of("/usr/bin/python3");
    String python = Files.isExecutable(debians) ? debians.toString() : "python3";
    Process server = start(python, behaviour);
    bench.with(server::destroy);
    BufferedReader said = bench.with(server.inputReader(StandardCharsets.UTF_8));
    String port = said.readLine();
    if (port == null) {
      throw Needed.PYTHON.missing("there is no python3-h2 here");
    }
    return URI.create("http://127.0.0.1:" + port);
  }

  private static Process start(String python, String behaviour) {
    try {
      return new ProcessBuilder(python, "impolite.py", behaviour)
          .directory(FOLDER)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
    } catch (IOException e) {
      throw Needed.PYTHON.missing("there is no python3: install python3-h2 to run this test");
    }
  }

  private Cic cic(String behaviour) throws Exception {
    return bench.cic(
        impolite(behaviour), settings -> settings.withOpeningLimit(Duration.ofSeconds(1)));
  }

  private Utterance begin(Cic cic) {
    return bench.begin(bench.link(cic, "kitchen"), "kitchen");
  }

  private void awaitNothingHeld() {
    await("nothing to wait for CIC").until(() -> bench.held.bytes() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-head", "no-hello", "half-a-hello"})
  void anOpeningThatHangsCostsSecondsAndNoTurn(String behaviour) throws Exception {
    Cic cic = cic(behaviour);
    begin(cic).speakAndEndWell();
    assertThat(left(cic, Why.HUNG)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"later", "ends-at-once"})
  void aDownchannelThatIsRefusedOrEndsAtOnceIsOpenedAgain(String behaviour) throws Exception {
    Cic cic = cic(behaviour);
    DeviceLink link = bench.link(cic, "kitchen");
    bench.begin(link, "kitchen").speakAndEndWell();
    await("another").until(() -> cic.lanes().opens() >= 2);
    assertThat(cic.lanes().left()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "answers-and-resets-NO_ERROR",
        "answers-and-resets-CANCEL",
        "answers-and-resets-INTERNAL_ERROR",
        "answers-and-resets-ENHANCE_YOUR_CALM",
        "stops-and-resets"
      })
  void anAnswerInFullStandsAndItsConnectionIsKept(String behaviour) throws Exception {
    Cic cic = cic(behaviour);
    DeviceLink link = bench.link(cic, "kitchen");
    for (int i = 0; i < 3; i++) {
      Utterance answered = bench.begin(link, "kitchen");
      answered.speak(20);
      assertThat(answered.told.end()).isEqualTo("ended 200");
      answered.speakUntilRefused();
      assertThat(answered.told.heard()).contains("Clova.RenderText");
    }
    assertThat(cic.lanes().left()).isEmpty();
    assertThat(cic.lanes().opens()).isEqualTo(1);
    awaitNothingHeld();
  }

  @ParameterizedTest
  @ValueSource(strings = {"window-1k", "credit-late"})
  void aSmallWindowHoldsUpNothing(String behaviour) throws Exception {
    Utterance poured = begin(cic(behaviour));
    poured.speak(50);
    poured.call.finish();
    assertThat(poured.told.end()).isEqualTo("ended 200");
    poured.told.awaitUploaded();
    awaitNothingHeld();
  }

  @Test
  void whoAllowsOneStreamIsToldNothingElsewhere() throws Exception {
    Utterance crowded = begin(cic("one-stream"));
    crowded.speak(1);
    assertThat(crowded.told.end()).isEqualTo("broken wrong-connection, may heal");
    awaitNothingHeld();
  }

  @Test
  void aLimitThatShrinksIsHeeded() throws Exception {
    Cic cic = bench.cic(impolite("shrinks"), settings -> settings.withDevicesPerLane(2));
    DeviceLink kitchen = bench.link(cic, "kitchen");
    DeviceLink hall = bench.link(cic, "hall");
    bench.begin(hall, "hall").speakAndEndWell();
    await("one device a lane").until(() -> cic.lanes().devicesPerLane() == 1);
    bench.begin(kitchen, "kitchen").speakAndEndWell();
    bench.begin(hall, "hall").speakAndEndWell();
    assertThat(cic.lanes().open()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"goaway-NO_ERROR", "goaway-ENHANCE_YOUR_CALM", "goaway-INTERNAL_ERROR"})
  void whoeverSaysGoAwayLosesNoAnswer(String behaviour) throws Exception {
    Cic cic = cic(behaviour);
    DeviceLink link = bench.link(cic, "kitchen");
    assertThat(spoken(link)).isEqualTo("ended 200");
    String next = spoken(link);
    if (next.equals("broken stream-reset, may heal")) {
      // It was begun while GOAWAY was on its way, and not taken: safe to try again.
      next = spoken(link);
    }
    assertThat(next).isEqualTo("ended 200");
    assertThat(cic.lanes().left()).isNotEmpty();
    awaitNothingHeld();
  }

  private String spoken(DeviceLink link) {
    Utterance spoken = bench.begin(link, "kitchen");
    spoken.speak(1);
    spoken.call.finish();
    return spoken.told.end();
  }

  @Test
  void aRefusalSaysItsStatus() throws Exception {
    Utterance refused = begin(cic("refuses-region"));
    refused.speak(1);
    refused.call.finish();
    assertThat(refused.told.end()).isEqualTo("ended 451");
  }
}
