package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import java.util.List;

/**
 * Speech that comes by Kafka.
 *
 * @param measured who brings it on
 * @param prefix of the topics
 * @param processes those that do the work, but the endpoint
 */
record KafkaSide(
    Part load, Child measured, Transport transport, String prefix, List<Child> processes)
    implements Side {
  /** Copies the list. */
  KafkaSide {
    processes = List.copyOf(processes);
  }

  @Override
  public void talk(int talking, int silent, long rampMillis) throws CommandException {
    load.ask("talk", prefix, talking, silent, rampMillis);
  }

  @Override
  public Said hush() throws CommandException {
    return hush(load);
  }

  /** Ends all that a load says, wherever it goes. */
  static Said hush(Part load) throws CommandException {
    var count = load.ask("hush");
    return new Said(count.get("chunks").asLong(), count.get("failures").asLong());
  }
}
