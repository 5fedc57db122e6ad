package dev.parley.cli.kafka;

import java.io.PrintStream;
import java.util.List;

/** Topics as people read them. */
public final class TopicTable {
  private TopicTable() {}

  /** Prints a line for each topic, and one for each difference below it. */
  public static void print(List<TopicState> topics, PrintStream out) {
    int width = topics.stream().mapToInt(topic -> topic.name().length()).max().orElse(5);
    String format = "%-" + width + "s  %10s  %11s  %-7s  %s%n";
    out.printf(format, "TOPIC", "PARTITIONS", "REPLICATION", "STATE", "KEPT");
    for (TopicState topic : topics) {
      String state = topic.created() ? "created" : topic.differences().isEmpty() ? "ok" : "differs";
      out.printf(
          format, topic.name(), topic.partitions(), topic.replication(), state, topic.settings());
      topic.differences().forEach(difference -> out.println("  " + difference));
    }
  }
}
