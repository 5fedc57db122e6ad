package dev.parley.cli;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Invocation;
import dev.parley.cli.command.StopSignal;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Form;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.cli.health.HealthHandler;
import dev.parley.cli.health.PartHealth;
import dev.parley.cli.health.PartMetrics;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.cli.log.Logging;
import dev.parley.producer.DeviceEdge;
import dev.parley.producer.PublishException;
import dev.parley.producer.SpeechPublisher;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets devices speak over HTTP, until it is stopped. */
final class ProducerCommand implements Command {
  private static final Logger LOG = LoggerFactory.getLogger(ProducerCommand.class);

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
      throws ConfigException, CommandException, InterruptedException {
    Settings settings = invocation.settings();
    KafkaConnection kafka = KafkaConnection.of(settings);
    DeviceEdge.Settings where = where(settings);
    PartHealth health = new PartHealth();
    try (StopSignal stop = StopSignal.install();
        PartMetrics metrics = new PartMetrics(name())) {
      kafka.check(PartSettings.topics(settings));
      try (SpeechPublisher publisher =
              SpeechPublisher.connect(
                  kafka.address(),
                  PartSettings.topics(settings),
                  Map.copyOf(kafka.passedThrough()),
                  metrics.registry());
          DeviceEdge edge =
              DeviceEdge.start(
                  where,
                  publisher,
                  metrics.registry(),
                  new HealthHandler(health.health(), metrics.registry()))) {
        health.started(Optional::empty);
        LOG.info("devices may speak at http://{}:{}", where.host(), edge.port());
        stop.await();
        health.stopping();
        LOG.info("stopping: turns that have begun get {} s", where.grace().toSeconds());
      }
      return CommandRunner.DONE;
    } catch (PublishException | IOException e) {
      throw new CommandException(Logging.inOneLine(e), e);
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
