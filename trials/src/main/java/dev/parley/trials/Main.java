package dev.parley.trials;

import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Console;
import dev.parley.trials.chaos.ChaosCommand;
import java.util.List;
import java.util.Locale;

/** Runs {@code chaos}. */
public final class Main {
  private Main() {}

  /** Exits with the command's status. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    System.exit(
        new CommandRunner(List.of(new ChaosCommand()), System.getenv(), Console.ofProcess())
            .run(arguments));
  }
}
