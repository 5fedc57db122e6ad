package dev.parley.demo;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Console;
import dev.parley.demo.chaos.ChaosCommand;
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
                new DemoCommand(), new BrokerCommand(), new StandInCommand(), new ChaosCommand()));
    commands.addAll(dev.parley.cli.Main.commands());
    return List.copyOf(commands);
  }

  /** Exits with the command's status. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    System.exit(new CommandRunner(commands(), System.getenv(), Console.ofProcess()).run(arguments));
  }
}
