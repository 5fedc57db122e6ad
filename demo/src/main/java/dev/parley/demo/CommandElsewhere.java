package dev.parley.demo;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.Invocation;
import dev.parley.cli.config.Setting;
import java.util.List;

/**
 * A command of a module that is built only when it is asked for: the launcher knows where it is.
 * Here it is listed, and found when its name is misspelt.
 */
record CommandElsewhere(String name, String summary) implements Command {
  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public int run(Invocation invocation) throws CommandException {
    throw new CommandException(name + " is in no jar here; ./parley " + name + " builds it");
  }
}
