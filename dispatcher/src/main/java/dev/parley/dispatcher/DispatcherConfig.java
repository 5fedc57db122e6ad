package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.CicSettings;
import dev.parley.dispatcher.cic.Credentials;
import dev.parley.dispatcher.flow.FlowLimits;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.Topics;
import java.time.Duration;

/**
 * How a dispatcher is set up.
 *
 * @param group the consumer group that shares the partitions
 * @param capacity what it takes on at once
 * @param drain how long turns that CIC has begun to answer may go on when the dispatcher is told to
 *     stop
 * @param loggedTurns which closed turns have a line in the log
 */
public record DispatcherConfig(
    KafkaSettings kafka,
    Topics topics,
    String group,
    CicSettings cic,
    Credentials credentials,
    FlowLimits limits,
    Capacity capacity,
    Duration drain,
    LoggedTurns loggedTurns) {
  /** The usual settings. */
  public static DispatcherConfig of(KafkaSettings kafka, CicSettings cic, Credentials credentials) {
    return new DispatcherConfig(
        kafka,
        Topics.DEFAULT,
        "parley-dispatcher",
        cic,
        credentials,
        FlowLimits.DEFAULT,
        Capacity.ofHeap(cic.devicesPerLane()),
        Duration.ofSeconds(10),
        LoggedTurns.ALL);
  }

  /** The same with these limits. */
  public DispatcherConfig withLimits(FlowLimits other) {
    return new DispatcherConfig(
        kafka, topics, group, cic, credentials, other, capacity, drain, loggedTurns);
  }

  /** The same with this capacity. */
  public DispatcherConfig withCapacity(Capacity other) {
    return new DispatcherConfig(
        kafka, topics, group, cic, credentials, limits, other, drain, loggedTurns);
  }

  /** The same with this time for turns to finish. */
  public DispatcherConfig withDrain(Duration other) {
    return new DispatcherConfig(
        kafka, topics, group, cic, credentials, limits, capacity, other, loggedTurns);
  }
}
