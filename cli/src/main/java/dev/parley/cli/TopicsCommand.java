package dev.parley.cli;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.CommonSettings;
import dev.parley.cli.command.Invocation;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Form;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.cli.kafka.TopicPlan;
import dev.parley.cli.kafka.TopicSetup;
import dev.parley.cli.kafka.TopicState;
import dev.parley.cli.kafka.TopicTable;
import dev.parley.turnlog.Topics;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;

/** Creates and checks Parley's topics. */
public final class TopicsCommand implements Command {
  /** Of each topic. */
  public static final Setting<Integer> PARTITIONS =
      Setting.of(
              "partitions",
              Form.number("N", 1, 10_000),
              "partitions of each topic; those that are there keep theirs")
          .orElse("8");

  private static final Setting<Integer> REPLICATION =
      Setting.of(
              "replication",
              Form.number("N", 1, 10),
              "copies of each partition; 3 outside of trials, and two then must be in sync")
          .orElse("1");

  private static final Setting<Duration> SPEECH_RETENTION =
      Setting.of(
              "speech-retention",
              Form.DURATION_WITH_UNIT,
              "how long speech lives: twice the oldest turn's age and the longest outage")
          .orElse("30m");

  private static final Setting<Integer> SPEECH_MEGABYTES =
      Setting.of(
              "speech-megabytes",
              Form.number("MIB", 4, 1_000_000),
              "at most this much speech in a partition, in MiB")
          .orElse("1024");

  @Override
  public String name() {
    return "topics";
  }

  @Override
  public String summary() {
    return "Creates Parley's topics in Kafka where they are missing, and checks those that are there.";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(PARTITIONS, REPLICATION, SPEECH_RETENTION, SPEECH_MEGABYTES);
  }

  @Override
  public int run(Invocation invocation) throws ConfigException, CommandException {
    Settings settings = invocation.settings();
    try (Admin admin = KafkaConnection.of(settings).admin()) {
      TopicSetup setup = new TopicSetup(admin, plan(settings));
      if (!settings.isSet(PARTITIONS)) {
        setup = setup.adoptingPartitions();
      }
      List<TopicState> states = setup.ensure();
      TopicTable.print(states, invocation.console().out());
    }
    return CommandRunner.DONE;
  }

  private static TopicPlan plan(Settings settings) throws ConfigException {
    return new TopicPlan(
        new Topics(settings.get(CommonSettings.TOPIC_PREFIX)),
        settings.get(PARTITIONS),
        settings.get(REPLICATION),
        settings.get(SPEECH_RETENTION),
        (long) settings.get(SPEECH_MEGABYTES) << 20);
  }
}
