package dev.parley.cli;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Invocation;
import dev.parley.cli.command.StopSignal;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.cli.health.HealthHandler;
import dev.parley.cli.health.HealthServer;
import dev.parley.cli.health.PartHealth;
import dev.parley.cli.health.PartMetrics;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.cli.log.Logging;
import dev.parley.dispatcher.Dispatcher;
import dev.parley.dispatcher.DispatcherConfig;
import dev.parley.dispatcher.OpenTurn;
import dev.parley.protocol.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs a dispatcher until it is stopped. */
final class DispatcherCommand implements Command {
  private static final Logger LOG = LoggerFactory.getLogger(DispatcherCommand.class);
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
      throws ConfigException, CommandException, InterruptedException {
    Settings settings = invocation.settings();
    KafkaConnection kafka = KafkaConnection.of(settings);
    DispatcherConfig config = DispatcherSettings.config(settings, PartSettings.kafka(kafka));
    PartHealth health = new PartHealth();
    AtomicReference<Supplier<List<OpenTurn>>> oldest = new AtomicReference<>(List::of);
    try (StopSignal stop = StopSignal.install();
        PartMetrics metrics = new PartMetrics(name());
        HealthServer server =
            HealthServer.start(
                settings.get(PartSettings.HTTP_HOST),
                settings.get(HTTP_PORT),
                new HealthHandler(
                    health.health(),
                    metrics.registry(),
                    Map.of("/turns", () -> turns(oldest.get().get()))))) {
      kafka.check(PartSettings.topics(settings));
      AtomicReference<Optional<Throwable>> failure = new AtomicReference<>(Optional.empty());
      try (Dispatcher dispatcher = Dispatcher.start(config, metrics.registry())) {
        health.started(dispatcher::trouble);
        oldest.set(dispatcher::oldest);
        LOG.info(
            "brings turns from {} to {}, {} at once and {} devices at most; health at port {}",
            kafka.address(),
            config.cic().url(),
            config.capacity().openTurns(),
            config.capacity().devices(),
            server.port());
        Thread.ofVirtual()
            .start(() -> {
              failure.set(end(dispatcher));
              stop.stop();
            });
        stop.await();
        LOG.info("stopping: turns that have begun get {} s", config.drain().toSeconds());
      }
      if (failure.get().isPresent()) {
        throw new CommandException(
            "the dispatcher has failed: " + Logging.inOneLine(failure.get().get()),
            failure.get().get());
      }
      return CommandRunner.DONE;
    } catch (IOException e) {
      throw new CommandException(Logging.inOneLine(e), e);
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

  private static Optional<Throwable> end(Dispatcher dispatcher) {
    try {
      return dispatcher.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
