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
 * @param openTurns the most turns that are open at once
 * @param heldBytes the most speech that waits for CIC at once, in bytes
 * @param drain how long turns that CIC has begun to answer may go on when the dispatcher is told to
 *     stop
 */
public record DispatcherConfig(
    KafkaSettings kafka,
    Topics topics,
    String group,
    CicSettings cic,
    Credentials credentials,
    FlowLimits limits,
    int openTurns,
    long heldBytes,
    Duration drain) {
  /** Ten times what two cores carry in real time. */
  public static final int OPEN_TURNS = 20_000;

  /** The usual settings. */
  public static DispatcherConfig of(KafkaSettings kafka, CicSettings cic, Credentials credentials) {
    return new DispatcherConfig(
        kafka,
        Topics.DEFAULT,
        "parley-dispatcher",
        cic,
        credentials,
        FlowLimits.DEFAULT,
        OPEN_TURNS,
        usualHeldBytes(),
        Duration.ofSeconds(10));
  }

  /** A quarter of the heap. */
  public static long usualHeldBytes() {
    return Runtime.getRuntime().maxMemory() / 4;
  }

  /** The same with these limits. */
  public DispatcherConfig withLimits(FlowLimits other) {
    return new DispatcherConfig(
        kafka, topics, group, cic, credentials, other, openTurns, heldBytes, drain);
  }

  /** The same with these budgets. */
  public DispatcherConfig withBudget(int turns, long bytes) {
    return new DispatcherConfig(
        kafka, topics, group, cic, credentials, limits, turns, bytes, drain);
  }

  /** The same with this time for turns to finish. */
  public DispatcherConfig withDrain(Duration other) {
    return new DispatcherConfig(
        kafka, topics, group, cic, credentials, limits, openTurns, heldBytes, other);
  }
}
