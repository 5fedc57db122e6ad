package dev.parley.cli;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.Invocation;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Form;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.cli.credentials.DeviceTokens;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.router.DirectiveRouter;
import dev.parley.router.RouterConfig;
import dev.parley.router.delivery.Authorizer;
import dev.parley.router.delivery.DeliveryConfig;
import dev.parley.router.queue.Limits;
import dev.parley.turnlog.StartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Runs a directive router until it is stopped. */
final class RouterCommand implements Command {
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
      throws ConfigException, CommandException, StartException, InterruptedException {
    Settings settings = invocation.settings();
    KafkaConnection kafka = KafkaConnection.of(settings);
    RouterConfig config = config(settings, kafka);
    try (PartRunner runner = new PartRunner(name())) {
      DirectiveRouter router = new DirectiveRouter(config, runner.registry(), runner.health());
      return runner.run(
          router,
          Duration.ZERO,
          "brings directives from %s to devices at http://%s:%d"
              .formatted(kafka.address(), config.host(), router.port()));
    }
  }

  private static RouterConfig config(Settings settings, KafkaConnection kafka)
      throws ConfigException, CommandException {
    String host = settings.get(PartSettings.HTTP_HOST);
    return new RouterConfig(
        kafka.settings(),
        PartSettings.topics(settings),
        settings.get(GROUP),
        host,
        settings.get(HTTP_PORT),
        authorizer(settings, host),
        Limits.DEFAULT,
        DeliveryConfig.DEFAULT,
        settings.get(ATTACHMENT_READERS));
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
