package dev.parley.trials.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
  void anUnknownGroupProtocol() {
    assertThat(refused("--group-protocol", "share")).contains("classic, consumer").hasLineCount(1);
  }
}
