package dev.parley.bench;

import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Console;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Runs {@code bench}. */
public final class Main {
  private Main() {}

  /** Exits with the command's status. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    System.exit(
        new CommandRunner(List.of(new BenchCommand()), System.getenv(), Console.ofProcess())
            .run(withFlags(arguments)));
  }

  /** {@code quick} may be said as a word. */
  static String[] withFlags(String[] arguments) {
    String[] flags = Arrays.copyOf(arguments, arguments.length);
    if (flags.length > 1 && flags[1].equals("quick")) {
      flags[1] = "--quick";
    }
    return flags;
  }
}
