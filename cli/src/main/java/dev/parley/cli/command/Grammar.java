package dev.parley.cli.command;

import dev.parley.cli.config.Setting;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The command line's words, as picocli wants them. */
final class Grammar {
  static final String KAFKA = "--kafka";
  static final String CHECK_CONFIG = "check-config";
  static final String HELP = "help";
  static final String VERSION = "version";

  private Grammar() {}

  static CommandLine of(Map<String, Command> commands) {
    CommandSpec root = spec("parley", "Carries people's speech to CIC and CIC's directives back.");
    root.usageMessage().synopsisHeading("").customSynopsis("Usage: parley COMMAND [OPTION...]");
    root.usageMessage().footer("", "\"parley help COMMAND\" tells what a command can be told.");
    for (Command command : commands.values()) {
      root.addSubcommand(command.name(), ofCommand(command));
    }
    CommandSpec check =
        spec(CHECK_CONFIG, "Prints the settings in effect and where each came from.");
    check.usageMessage().customSynopsis("check-config [COMMAND [OPTION...]]");
    check.addOption(option(dev.parley.cli.config.Catalog.CONFIG));
    for (Command command : commands.values()) {
      check.addSubcommand(command.name(), ofCommand(command));
    }
    root.addSubcommand(CHECK_CONFIG, check);
    CommandSpec help = spec(HELP, "Tells what there is, or what a command can be told.");
    help.addPositional(word("COMMAND"));
    root.addSubcommand(HELP, help);
    root.addSubcommand(VERSION, spec(VERSION, "Prints the version."));
    return new CommandLine(root);
  }

  private static CommandSpec ofCommand(Command command) {
    CommandSpec spec = spec(command.name(), command.summary());
    String word = command.word().map(label -> label + " ").orElse("");
    spec.usageMessage()
        .customSynopsis("Usage: parley " + command.name() + " " + word + "[OPTION...]");
    command.word().ifPresent(label -> spec.addPositional(word(label)));
    spec.usageMessage().synopsisHeading("");
    for (Setting<?> setting : CommonSettings.of(command)) {
      spec.addOption(option(setting));
    }
    if (command.usesKafka()) {
      spec.addOption(
          OptionSpec.builder(KAFKA)
              .paramLabel("KEY=VALUE")
              .arity("1")
              .type(List.class)
              .auxiliaryTypes(String.class)
              .description("passes a setting through to Kafka's clients; may be repeated")
              .build());
    }
    return spec;
  }

  private static PositionalParamSpec word(String label) {
    return PositionalParamSpec.builder()
        .paramLabel(label)
        .arity("0..1")
        .type(String.class)
        .hidden(true) // The synopsis has it.
        .build();
  }

  private static CommandSpec spec(String name, String summary) {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.usageMessage(
        new UsageMessageSpec()
            .description(summary)
            .width(100)
            .sortOptions(false)
            .optionListHeading("%n")
            .commandListHeading("%n"));
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("shows this").build());
    return spec;
  }

  private static OptionSpec option(Setting<?> setting) {
    OptionSpec.Builder option = OptionSpec.builder(setting.flag()).description(describe(setting));
    return setting.isSwitch()
        ? option.type(boolean.class).arity("0").negatable(true).build()
        : option.type(String.class).arity("1").paramLabel(setting.form().label()).build();
  }

  private static String describe(Setting<?> setting) {
    String fallback =
        setting.isSwitch() ? "" : setting.fallback().map(text -> "; default " + text).orElse("");
    // A % would be read as a format specifier.
    return (setting.description() + fallback + " [" + setting.variable() + "]").replace("%", "%%");
  }
}
