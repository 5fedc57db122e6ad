package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import java.util.List;

/** One way from speech to the endpoint. */
interface Side {
  /** Its name in the results, which is that of the process that is measured. */
  String name();

  /** Dialogs begin, within the ramp. */
  void talk(int talking, int silent, long rampMillis) throws CommandException;

  /** All dialogs end. */
  void hush() throws CommandException;

  /** The processes that do the work, but the endpoint. */
  List<Child> processes();
}
