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
import dev.parley.cli.credentials.DeviceTokens;
import dev.parley.cli.health.HealthHandler;
import dev.parley.cli.health.PartHealth;
import dev.parley.cli.health.PartMetrics;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.router.DirectiveRouter;
import dev.parley.router.RouterConfig;
import dev.parley.router.delivery.Authorizer;
import dev.parley.router.delivery.DeliveryConfig;
import dev.parley.router.queue.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a directive router until it is stopped. */
final class RouterCommand implements Command {
  private static final Logger LOG = LoggerFactory.getLogger(RouterCommand.class);
  private static final Duration START_WITHIN = Duration.ofSeconds(10);

  private static final Setting<Integer> HTTP_PORT =
      PartSettings.httpPort("8082", "devices, /live, /ready and /metrics");

  private static final Setting<String> GROUP =
      Setting.of("group", Form.ID, "the consumer group that shares the ledger")
          .orElse("parley-router");

  private static final Setting<Path> DEVICE_TOKENS =
      Setting.of("device-tokens", Form.FILE, "what devices must show, as device = token lines");

  private static final Setting<Boolean> ALLOW_ANYONE =
      Setting.ofSwitch("allow-anyone", "lets everyone off this machine read every device's queue");

  private static final Setting<Integer> ATTACHMENT_READERS =
      Setting.of("attachment-readers", Form.number("N", 1, 10_000), "attachments read at a time")
          .orElse("64");

  @Override
  public String name() {
    return "router";
  }

  @Override
  public String summary() {
    return "Brings directives from Kafka to devices.";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(
        HTTP_PORT, PartSettings.HTTP_HOST, DEVICE_TOKENS, ALLOW_ANYONE, GROUP, ATTACHMENT_READERS);
  }

  @Override
  public int run(Invocation invocation)
      throws ConfigException, CommandException, InterruptedException {
    Settings settings = invocation.settings();
    KafkaConnection kafka = KafkaConnection.of(settings);
    RouterConfig config = config(settings, kafka);
    PartHealth health = new PartHealth();
    try (StopSignal stop = StopSignal.install();
        PartMetrics metrics = new PartMetrics(name())) {
      kafka.check(PartSettings.topics(settings));
      try (DirectiveRouter router = start(config, metrics, health)) {
        health.started(router::notReadyReason);
        LOG.info(
            "brings directives from {} to devices at http://{}:{}",
            kafka.address(),
            config.host(),
            router.port());
        stop.await();
        health.stopping();
        LOG.info("stopping");
      }
      return CommandRunner.DONE;
    }
  }

  private static DirectiveRouter start(RouterConfig config, PartMetrics metrics, PartHealth health)
      throws CommandException {
    try {
      return DirectiveRouter.start(
          config, metrics.registry(), new HealthHandler(health.health(), metrics.registry()));
    } catch (IllegalStateException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private static RouterConfig config(Settings settings, KafkaConnection kafka)
      throws ConfigException, CommandException {
    String host = settings.get(PartSettings.HTTP_HOST);
    return new RouterConfig(
        PartSettings.kafka(kafka),
        PartSettings.topics(settings),
        settings.get(GROUP),
        host,
        settings.get(HTTP_PORT),
        authorizer(settings, host),
        Limits.DEFAULT,
        DeliveryConfig.DEFAULT,
        settings.get(ATTACHMENT_READERS),
        START_WITHIN);
  }

  private static Authorizer authorizer(Settings settings, String host)
      throws ConfigException, CommandException {
    Optional<Path> tokens = settings.find(DEVICE_TOKENS);
    if (tokens.isPresent()) {
      return DeviceTokens.open(tokens.get());
    }
    if (!PartSettings.isLoopback(host) && !settings.get(ALLOW_ANYONE)) {
      throw new ConfigException(
          "anyone who reaches "
              + host
              + " could read every device's directives; give --device-tokens FILE, or"
              + " --allow-anyone if something before the router asks who they are");
    }
    return Authorizer.ALL;
  }
}
