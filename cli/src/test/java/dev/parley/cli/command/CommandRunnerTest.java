package dev.parley.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Form;
import dev.parley.cli.config.Setting;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandRunnerTest {
  private static final Setting<Integer> PORT =
      Setting.of("port", Form.PORT, "100 % the port").orElse("1");
  private static final Setting<String> DEVICE = Setting.of("device", Form.ID, "the device");
  private static final Setting<Boolean> FAST = Setting.ofSwitch("fast", "without pauses");

  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    Console console =
        new Console(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false);
    return new CommandRunner(
            List.of(new Speak(), new Look(), new Fail("drop"), new Fail("break")),
            environment,
            console)
        .run(arguments);
  }

  @Test
  void aCommandGetsItsSettings() {
    environment.put("PARLEY_PORT", "7");
    assertThat(run("speak", "--device", "d-1", "--fast")).isZero();
    assertThat(out.toString(UTF_8)).isEqualTo("d-1 7 true\n");
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void aSwitchOfTheEnvironmentCanBeTurnedOff() {
    environment.put("PARLEY_FAST", "true");
    assertThat(run("speak", "--device=d-1", "--no-fast")).isZero();
    assertThat(out.toString(UTF_8)).isEqualTo("d-1 1 false\n");
  }

  @Test
  void anUnknownCommandIsAnsweredWithTheNearest() {
    complains(2, "unknown command \"spaek\"; the nearest one is \"speak\"", "spaek");
  }

  @Test
  void anUnknownOptionIsAnsweredWithTheNearest() {
    complains(2, "unknown option --devise; the nearest one is --device", "speak", "--devise", "x");
  }

  @Test
  void anOptionWithoutItsValueIsAnsweredInOneLine() {
    assertThat(run("speak", "--device")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).startsWith("parley: a value is missing: ").hasLineCount(1);
  }

  @Test
  void aWordTooManyIsNamed() {
    complains(2, "\"now\" is one word too many for speak", "speak", "now");
  }

  @Test
  void aCommandThatIsAboutSomethingGetsTheWordForIt() {
    assertThat(run("look", "there")).isZero();
    assertThat(run("look")).isZero();
    assertThat(out.toString(UTF_8)).isEqualTo("Optional[there]\nOptional.empty\n");
    complains(2, "\"now\" is one word too many for look", "look", "there", "now");
  }

  @Test
  void helpSaysThatACommandIsAboutSomething() {
    assertThat(run("help", "look")).isZero();
    assertThat(out.toString(UTF_8)).startsWith("Usage: parley look PLACE [OPTION...]\n");
  }

  @Test
  void aMissingSettingIsAskedFor() {
    complains(2, "--device ID is needed: the device", "speak");
  }

  @Test
  void aWrongValueIsAnsweredInOneLine() {
    complains(2, "--port is \"x\": it must be a number from 0 to 65535", "speak", "--port", "x");
  }

  @Test
  void aCommandThatFailsSaysWhy() {
    complains(1, "the cup is broken", "drop");
  }

  @Test
  void whatNobodyForesawIsStillOneLine() {
    complains(1, "outer | more: inner (--verbose shows where)", "break");
  }

  @Test
  void theStackIsShownOnlyWhenAskedFor() {
    assertThat(run("drop", "--verbose")).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("\tat dev.parley");
  }

  @Test
  void theConfigurationIsShownWithoutRunning() {
    environment.put("PARLEY_SPEAK_PORT", "9");
    assertThat(run("check-config", "speak", "--fast")).isZero();
    assertThat(out.toString(UTF_8))
        .containsPattern("port +=  ?9 +# PARLEY_SPEAK_PORT")
        .containsPattern("fast +=  ?true +# --fast")
        .containsPattern("device +=  +# not set");
  }

  @Test
  void theConfigurationOfEveryCommandIsShown() {
    assertThat(run("check-config")).isZero();
    assertThat(out.toString(UTF_8)).contains("# speak\n", "# drop\n");
  }

  @Test
  void theConfigurationOfAnUnknownCommandIsAnsweredWithTheNearest() {
    complains(2, "unknown command \"spek\"; the nearest one is \"speak\"", "check-config", "spek");
  }

  @Test
  void helpListsTheCommands() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(UTF_8)).contains("speak", "Says something.", "check-config");
  }

  @Test
  void helpForACommandListsItsOptions() {
    assertThat(run("help", "speak")).isZero();
    assertThat(out.toString(UTF_8))
        .contains("--port", "100 % the port; default 1", "PARLEY_PORT", "--bootstrap");
  }

  @Test
  void noCommandAtAllIsMisuse() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("Usage:");
  }

  private void complains(int status, String message, String... arguments) {
    assertThat(run(arguments)).isEqualTo(status);
    assertThat(err.toString(UTF_8)).isEqualTo("parley: " + message + System.lineSeparator());
  }

  private static final class Speak implements Command {
    @Override
    public String name() {
      return "speak";
    }

    @Override
    public String summary() {
      return "Says something.";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of(PORT, DEVICE, FAST);
    }

    @Override
    public int run(Invocation invocation) throws ConfigException {
      invocation
          .console()
          .out()
          .print(
              invocation.settings().get(DEVICE)
                  + " "
                  + invocation.settings().get(PORT)
                  + " "
                  + invocation.settings().get(FAST)
                  + "\n");
      return CommandRunner.DONE;
    }
  }

  private static final class Look implements Command {
    @Override
    public String name() {
      return "look";
    }

    @Override
    public String summary() {
      return "Looks somewhere.";
    }

    @Override
    public Optional<String> word() {
      return Optional.of("PLACE");
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public int run(Invocation invocation) {
      invocation.console().out().print(invocation.word() + "\n");
      return CommandRunner.DONE;
    }
  }

  private record Fail(String name) implements Command {
    @Override
    public String summary() {
      return "Fails.";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public int run(Invocation invocation) throws CommandException {
      if (name.equals("drop")) {
        throw new CommandException("the cup is broken");
      }
      throw new IllegalStateException("outer\n  more", new IllegalArgumentException("inner"));
    }
  }
}
