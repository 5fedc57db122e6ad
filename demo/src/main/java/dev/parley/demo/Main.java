package dev.parley.demo;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Runs a command of what is deployed, or one of those for trying out. */
public final class Main {
  private Main() {}

  /** Every command, those for trying out first. */
  static List<Command> commands() {
    List<Command> commands =
        new ArrayList<>(
            List.of(
                new DemoCommand(),
                new BrokerCommand(),
                new StandInCommand(),
                new CommandElsewhere(
                    "chaos",
                    "Kills dispatchers and breaks other things, and checks that no turn is lost or"
                        + " mixed."),
                new CommandElsewhere(
                    "bench", "Measures Parley against the simplest that could do the same.")));
    commands.addAll(dev.parley.cli.Main.commands());
    return List.copyOf(commands);
  }

  /** Exits with the command's status. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    System.exit(new CommandRunner(commands(), System.getenv(), Console.ofProcess()).run(arguments));
  }
}
