package dev.parley.trials.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What makes no sense is said in one line, before anything is started. */
class ChaosCommandTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private String refused(String... options) {
    Console console =
        new Console(
            new PrintStream(PrintStream.nullOutputStream(), true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false);
    String[] words = new String[options.length + 1];
    words[0] = "chaos";
    System.arraycopy(options, 0, words, 1, options.length);
    assertThat(new CommandRunner(List.of(new ChaosCommand()), Map.of(), console).run(words))
        .isEqualTo(CommandRunner.MISUSED);
    return err.toString(UTF_8);
  }

  @Test
  void anUnknownFaultNamesTheRightOnes() {
    assertThat(refused("--faults", "kill,meteorite"))
        .contains("kill,meteorite")
        .contains("kill, pause, claim, rolling, scale, leader, down, away, resets, goaway, stalls")
        .hasLineCount(1);
  }

  @Test
  void noDevices() {
    assertThat(refused("--devices", "0")).contains("a number from 1 to 10000").hasLineCount(1);
  }

  @Test
  void moreOpenTurnsThanDevices() {
    assertThat(refused("--devices", "5", "--open-turns", "6"))
        .contains("--open-turns is 6")
        .contains("5 (--devices)")
        .hasLineCount(1);
  }

  @Test
  void resultsForAFolderThatIsNotThere(@TempDir Path folder) {
    Path missing = folder.resolve("missing");
    assertThat(refused("--out", missing.resolve("chaos.json").toString()))
        .contains("--out is " + missing.resolve("chaos.json"))
        .contains("there is no folder " + missing)
        .hasLineCount(1);
  }

  @Test
  void resultsInThePlaceOfAFolder(@TempDir Path folder) {
    assertThat(refused("--out", folder.toString()))
        .contains("--out is " + folder)
        .contains("that is a folder")
        .hasLineCount(1);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void resultsWhereNobodyCanWrite() {
    assertThat(refused("--out", "/proc/chaos.json"))
        .contains("--out is /proc/chaos.json, but that can't be written")
        .hasLineCount(1);
  }

  @Test
  void anUnknownGroupProtocol() {
    assertThat(refused("--group-protocol", "share")).contains("classic, consumer").hasLineCount(1);
  }
}
