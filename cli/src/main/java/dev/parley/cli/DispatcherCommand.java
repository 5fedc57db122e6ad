package dev.parley.cli;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.Invocation;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.cli.health.HealthServer;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.dispatcher.Dispatcher;
import dev.parley.dispatcher.DispatcherConfig;
import dev.parley.dispatcher.OpenTurn;
import dev.parley.protocol.Json;
import dev.parley.turnlog.StartException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs a dispatcher until it is stopped. */
final class DispatcherCommand implements Command {
  private static final Setting<Integer> HTTP_PORT =
      PartSettings.httpPort("8081", "/live, /ready, /metrics and /turns");

  @Override
  public String name() {
    return "dispatcher";
  }

  @Override
  public String summary() {
    return "Brings speech from Kafka to CIC, and CIC's directives to Kafka.";
  }

  @Override
  public List<Setting<?>> settings() {
    return DispatcherSettings.with(HTTP_PORT, PartSettings.HTTP_HOST);
  }

  @Override
  public int run(Invocation invocation)
      throws ConfigException, CommandException, StartException, InterruptedException {
    Settings settings = invocation.settings();
    KafkaConnection kafka = KafkaConnection.of(settings);
    DispatcherConfig config = DispatcherSettings.config(settings, kafka.settings());
    try (PartRunner runner = new PartRunner(name())) {
      Dispatcher dispatcher = new Dispatcher(config, runner.registry());
      try (HealthServer server =
          HealthServer.start(
              settings.get(PartSettings.HTTP_HOST),
              settings.get(HTTP_PORT),
              runner.health(Map.of("/turns", () -> turns(dispatcher.oldest()))))) {
        return runner.run(
            dispatcher,
            config.drain(),
            "brings turns from %s to %s, %d at once and %d devices at most; health at port %d"
                .formatted(
                    kafka.address(),
                    config.cic().url(),
                    config.capacity().openTurns(),
                    config.capacity().devices(),
                    server.port()));
      }
    }
  }

  /** The oldest open turn of each partition: whoever sees their age grow wants to know which. */
  private static ObjectNode turns(List<OpenTurn> oldest) {
    ObjectNode json = Json.newObject();
    ArrayNode turns = json.putArray("oldest");
    for (OpenTurn open : oldest) {
      turns
          .addObject()
          .put("device", open.turn().device())
          .put("dialogRequestId", open.turn().dialog())
          .put("messageId", open.turn().message())
          .put("ageSeconds", Math.max(0, System.currentTimeMillis() - open.sinceMillis()) / 1_000);
    }
    return json;
  }
}
