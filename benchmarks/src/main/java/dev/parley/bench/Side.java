package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import java.util.List;

/** One way from speech to the endpoint. */
interface Side {
  /** The process that is measured, by whose name the side goes. */
  Child measured();

  Transport transport();

  /** Dialogs begin, within the ramp. */
  void talk(int talking, int silent, long rampMillis) throws CommandException;

  /** All dialogs end; what there was. */
  Said hush() throws CommandException;

  /**
   * All that was said from one silence to the next.
   *
   * @param chunks how many
   * @param refused how many records of it Kafka did not take
   */
  record Said(long chunks, long refused) {}

  /** The processes that do the work, but the endpoint. */
  List<Child> processes();

  default String name() {
    return measured().name();
  }
}
