package dev.parley.cli;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Console;
import java.util.List;
import java.util.Locale;

/** Runs a command of what is deployed. */
public final class Main {
  private Main() {}

  /** The commands of what is deployed. */
  public static List<Command> commands() {
    return List.of(
        new DispatcherCommand(),
        new RouterCommand(),
        new ProducerCommand(),
        new SpeakCommand(),
        new TurnCommand(),
        new TopicsCommand());
  }

  /** Exits with the command's status. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    System.exit(new CommandRunner(commands(), System.getenv(), Console.ofProcess()).run(arguments));
  }
}
