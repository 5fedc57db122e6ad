package dev.parley.cli.command;

import dev.parley.cli.config.Setting;
import java.util.List;
import java.util.Optional;

/** Something that {@code ./parley NAME} does. */
public interface Command {
  /** Lower case, words joined by {@code -}. */
  String name();

  /** One line for the list of commands. */
  String summary();

  /** What can be set, beside what all commands share ({@link CommonSettings}). */
  List<Setting<?>> settings();

  /** What it is about, said without a flag: the label of that word; empty where it takes none. */
  default Optional<String> word() {
    return Optional.empty();
  }

  /** Whether it talks to Kafka, and thus takes {@code --bootstrap} and {@code --kafka}. */
  default boolean usesKafka() {
    return true;
  }

  /** How much it logs unless it is told otherwise: little where its output is meant for people. */
  default String logLevel() {
    return "info";
  }

  /**
   * Does it.
   *
   * @return the exit status
   * @throws CommandException when it cannot, with a line for the user
   */
  int run(Invocation invocation) throws Exception;
}
