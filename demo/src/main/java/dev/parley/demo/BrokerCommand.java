package dev.parley.demo;

import dev.parley.cli.TopicsCommand;
import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.CommonSettings;
import dev.parley.cli.command.Invocation;
import dev.parley.cli.command.StopSignal;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Form;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.cli.kafka.TopicPlan;
import dev.parley.cli.kafka.TopicSetup;
import dev.parley.cli.kafka.TopicState;
import dev.parley.cli.kafka.TopicTable;
import dev.parley.demo.broker.EmbeddedBroker;
import dev.parley.turnlog.Topics;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** Runs a one-node broker with Parley's topics, until it is stopped. */
final class BrokerCommand implements Command {
  private static final Setting<Integer> PORT =
      Setting.of("port", Form.PORT, "the port to listen on; 0 takes a free one").orElse("9092");

  private static final Setting<Path> DATA =
      Setting.of("data", Form.PATH, "where to keep the data; without it they go at the end");

  @Override
  public String name() {
    return "broker";
  }

  @Override
  public String summary() {
    return "Runs a Kafka broker of one node, with Parley's topics, for trying out.";
  }

  @Override
  public boolean usesKafka() {
    return false;
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(PORT, DATA, TopicsCommand.PARTITIONS, CommonSettings.TOPIC_PREFIX);
  }

  @Override
  public int run(Invocation invocation)
      throws ConfigException, CommandException, InterruptedException {
    Settings settings = invocation.settings();
    PrintStream out = invocation.console().out();
    try (StopSignal stop = StopSignal.install();
        EmbeddedBroker broker = EmbeddedBroker.start(settings.get(PORT), settings.find(DATA))) {
      List<TopicState> topics;
      try (Admin admin = new KafkaConnection(List.of(broker.bootstrap()), Map.of()).admin()) {
        TopicSetup setup = new TopicSetup(admin, plan(settings));
        topics =
            (settings.isSet(TopicsCommand.PARTITIONS) ? setup : setup.adoptingPartitions())
                .ensure();
      }
      TopicTable.print(topics, out);
      out.println("Kafka is at " + broker.bootstrap() + "; Ctrl-C stops it.");
      stop.await();
    }
    return CommandRunner.DONE;
  }

  private static TopicPlan plan(Settings settings) throws ConfigException {
    return TopicPlan.small(
        new Topics(settings.get(CommonSettings.TOPIC_PREFIX)),
        settings.get(TopicsCommand.PARTITIONS));
  }
}
