package dev.parley.cli.command;

import dev.parley.cli.config.Catalog;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.NearestName;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.cli.log.Logging;
import dev.parley.turnlog.StartException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Finds the command that the arguments name, resolves its settings and runs it. Whatever goes wrong
 * is said in one line on standard error, beginning with {@code parley:}.
 */
public final class CommandRunner {
  /** Exit status: done. */
  public static final int DONE = 0;

  /** Exit status: it could not be done. */
  public static final int FAILED = 1;

  /** Exit status: what was asked for makes no sense. */
  public static final int MISUSED = 2;

  private final Map<String, Command> commands = new LinkedHashMap<>();
  private final Map<String, String> environment;
  private final Console console;
  private final Catalog catalog;

  public CommandRunner(List<Command> commands, Map<String, String> environment, Console console) {
    this.environment = Map.copyOf(environment);
    this.console = console;
    Map<String, List<Setting<?>>> settings = new HashMap<>();
    for (Command command : commands) {
      this.commands.put(command.name(), command);
      settings.put(command.name(), CommonSettings.of(command));
    }
    this.catalog = new Catalog(settings);
  }

  /**
   * Runs a command line.
   *
   * @return the exit status
   */
  public int run(String... arguments) {
    CommandLine grammar = Grammar.of(commands);
    ParseResult parsed;
    try {
      parsed = grammar.parseArgs(arguments);
    } catch (ParameterException e) {
      return complain(wrongWord(e), MISUSED);
    }
    List<ParseResult> path = new ArrayList<>(List.of(parsed));
    while (path.getLast().hasSubcommand()) {
      path.add(path.getLast().subcommand());
    }
    ParseResult last = path.getLast();
    if (last.isUsageHelpRequested()) {
      last.commandSpec().commandLine().usage(console.out());
      return DONE;
    }
    if (path.size() == 1) {
      grammar.usage(console.err());
      return MISUSED;
    }
    return switch (path.get(1).commandSpec().name()) {
      case Grammar.HELP -> help(grammar, last);
      case Grammar.VERSION -> version();
      case Grammar.CHECK_CONFIG -> guard(false, () -> checkConfig(path));
      default -> runCommand(last);
    };
  }

  private int runCommand(ParseResult parsed) {
    boolean verbose = flags(parsed).getOrDefault(CommonSettings.VERBOSE.name(), "").equals("true");
    return guard(
        verbose,
        () -> {
          Command command = command(parsed.commandSpec().name());
          Settings settings = resolve(parsed);
          Logging.configure(
              settings.get(CommonSettings.LOG_LEVEL), settings.get(CommonSettings.VERBOSE));
          return command.run(
              new Invocation(
                  settings, Optional.ofNullable(parsed.matchedPositionalValue(0, null)), console));
        });
  }

  private Command command(String name) throws ConfigException {
    Command command = commands.get(name);
    if (command == null) {
      throw new ConfigException(unknownCommand(name));
    }
    return command;
  }

  private Settings resolve(ParseResult parsed) throws ConfigException {
    List<String> kafka = parsed.matchedOptionValue(Grammar.KAFKA, List.of());
    return Settings.resolve(
        catalog, parsed.commandSpec().name(), flags(parsed), kafka, environment);
  }

  private static Map<String, String> flags(ParseResult parsed) {
    Map<String, String> flags = new HashMap<>();
    for (OptionSpec option : parsed.matchedOptions()) {
      if (!option.longestName().equals(Grammar.KAFKA)) {
        Object value = option.getValue();
        flags.put(option.longestName().substring(2), String.valueOf(value));
      }
    }
    return flags;
  }

  private int help(CommandLine grammar, ParseResult parsed) {
    String topic = parsed.matchedPositionalValue(0, "");
    CommandLine found = topic.isEmpty() ? grammar : grammar.getSubcommands().get(topic);
    if (found == null) {
      return complain(unknownCommand(topic), MISUSED);
    }
    found.usage(console.out());
    return DONE;
  }

  private int version() {
    String version = CommandRunner.class.getPackage().getImplementationVersion();
    console
        .out()
        .println(
            "parley " + (version == null ? "(unpacked)" : version) + ", Java " + Runtime.version());
    return DONE;
  }

  private int checkConfig(List<ParseResult> path) throws ConfigException {
    if (path.size() > 2) {
      print(resolve(path.getLast()));
      return DONE;
    }
    Map<String, String> flags = flags(path.getLast());
    for (String name : commands.keySet()) {
      console.out().println("# " + name);
      print(Settings.resolve(catalog, name, flags, List.of(), environment));
      console.out().println();
    }
    return DONE;
  }

  private void print(Settings settings) {
    int name = 0;
    int text = 0;
    for (Settings.Effective row : settings.effective()) {
      name = Math.max(name, row.name().length());
      text = Math.max(text, row.text().length());
    }
    String format = "%-" + name + "s = %-" + Math.max(text, 1) + "s  # %s%n";
    for (Settings.Effective row : settings.effective()) {
      console.out().printf(format, row.name(), row.text(), row.origin());
    }
  }

  private String wrongWord(ParameterException e) {
    CommandLine where = e.getCommandLine();
    return switch (e) {
      case UnmatchedArgumentException u -> {
        String word = u.getUnmatched().getFirst();
        boolean takesCommand = !where.getSubcommands().isEmpty();
        if (takesCommand && !word.startsWith("-")) {
          yield unknownCommand(word);
        }
        yield word.startsWith("-")
            ? "unknown option "
                + word
                + "; the nearest one is "
                + NearestName.to(word, where.getCommandSpec().optionsMap().keySet())
            : "\"" + word + "\" is one word too many for " + where.getCommandName();
      }
      case MissingParameterException m -> "a value is missing: " + firstLine(m);
      case OverwrittenOptionException o -> firstLine(o);
      default -> firstLine(e);
    };
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private String unknownCommand(String word) {
    List<String> known = new ArrayList<>(commands.keySet());
    known.addAll(List.of(Grammar.CHECK_CONFIG, Grammar.HELP, Grammar.VERSION));
    return "unknown command \""
        + word
        + "\"; the nearest one is \""
        + NearestName.to(word, known)
        + "\"";
  }

  @FunctionalInterface
  private interface Work {
    int run() throws Exception;
  }

  private int guard(boolean verbose, Work work) {
    try {
      return work.run();
    } catch (ConfigException e) {
      return complain(Logging.inOneLine(e), MISUSED);
    } catch (CommandException | StartException e) {
      return complain(e, verbose, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return complain(e, verbose, "interrupted");
    } catch (Exception e) {
      return complain(e, verbose, Logging.inOneLine(e) + " (--verbose shows where)");
    }
  }

  private int complain(Exception e, boolean verbose, String message) {
    if (verbose) {
      e.printStackTrace(console.err());
    }
    return complain(message, FAILED);
  }

  private int complain(String message, int status) {
    console.err().println("parley: " + message);
    return status;
  }
}
