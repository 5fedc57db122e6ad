package dev.parley.cli;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.Invocation;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Form;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.producer.DeviceEdge;
import dev.parley.producer.HttpProducer;
import dev.parley.turnlog.StartException;
import java.time.Duration;
import java.util.List;

/** Lets devices speak over HTTP, until it is stopped. */
final class ProducerCommand implements Command {
  private static final Setting<Integer> HTTP_PORT =
      PartSettings.httpPort("8083", "devices, /live, /ready and /metrics");

  private static final Setting<Duration> SILENCE =
      Setting.of(
              "silence",
              Form.DURATION_WITH_UNIT,
              "how long a device may be silent in mid-turn before its turn is cancelled")
          .orElse("10s");

  private static final Setting<Duration> DRAIN =
      Setting.of(
              "drain", Form.DURATION_WITH_UNIT, "how long turns may go on when it is told to stop")
          .orElse("10s");

  private static final Setting<Boolean> ALLOW_ANYONE =
      Setting.ofSwitch("allow-anyone", "lets everyone off this machine speak as any device");

  @Override
  public String name() {
    return "producer";
  }

  @Override
  public String summary() {
    return "Lets devices speak over HTTP, and brings their speech to Kafka.";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(HTTP_PORT, PartSettings.HTTP_HOST, ALLOW_ANYONE, SILENCE, DRAIN);
  }

  @Override
  public int run(Invocation invocation)
      throws ConfigException, StartException, CommandException, InterruptedException {
    Settings settings = invocation.settings();
    KafkaConnection kafka = KafkaConnection.of(settings);
    DeviceEdge.Settings where = where(settings);
    try (PartRunner runner = new PartRunner(name())) {
      HttpProducer producer =
          new HttpProducer(
              where,
              kafka.settings(),
              PartSettings.topics(settings),
              runner.registry(),
              runner.health());
      return runner.run(
          producer,
          where.grace(),
          "devices may speak at http://%s:%d".formatted(where.host(), producer.port()));
    }
  }

  private static DeviceEdge.Settings where(Settings settings) throws ConfigException {
    String host = settings.get(PartSettings.HTTP_HOST);
    if (!PartSettings.isLoopback(host) && !settings.get(ALLOW_ANYONE)) {
      throw new ConfigException(
          "anyone who reaches "
              + host
              + " could speak as any device; give --allow-anyone if something before the producer"
              + " asks who they are");
    }
    return new DeviceEdge.Settings(
        host, settings.get(HTTP_PORT), settings.get(SILENCE), settings.get(DRAIN));
  }
}
