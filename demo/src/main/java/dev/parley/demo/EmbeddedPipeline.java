package dev.parley.demo;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.health.HealthHandler;
import dev.parley.cli.health.PartMetrics;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.cli.kafka.TopicPlan;
import dev.parley.cli.kafka.TopicSetup;
import dev.parley.cli.log.Logging;
import dev.parley.demo.broker.EmbeddedBroker;
import dev.parley.demo.broker.TemporaryFolder;
import dev.parley.dispatcher.Dispatcher;
import dev.parley.dispatcher.DispatcherConfig;
import dev.parley.dispatcher.cic.CicSettings;
import dev.parley.dispatcher.cic.Credentials;
import dev.parley.producer.DeviceEdge;
import dev.parley.producer.PublishException;
import dev.parley.producer.SpeechPublisher;
import dev.parley.router.DirectiveRouter;
import dev.parley.router.RouterConfig;
import dev.parley.standin.StandIn;
import dev.parley.standin.StandInConfig;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.Part;
import dev.parley.turnlog.StartException;
import dev.parley.turnlog.Topics;
import dev.parley.turnlog.Trouble;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * All of Parley in this process: broker, topics, stand-in, dispatcher, router and producer, each
 * the real one, talking over loopback. Started once, closed once.
 */
public final class EmbeddedPipeline implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(30);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final String HOST = "127.0.0.1";

  /** Where the parts listen; 0 takes a free port. */
  public record Ports(int broker, int standIn, int router, int producer) {
    /** Any that are free. */
    public static final Ports FREE = new Ports(0, 0, 0, 0);

    /** Those that the parts have when they run alone. */
    public static final Ports USUAL = new Ports(9092, 8443, 8082, 8083);
  }

  /** Told when a part has started. */
  @FunctionalInterface
  public interface Progress {
    void started(String part, String where);
  }

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Progress progress;
  private final PartMetrics metrics;
  private volatile Supplier<Optional<Trouble>> trouble = waiting("starting");
  private final KafkaSettings kafka;
  private final StandIn standIn;
  private final Path standInCa;
  private final DirectiveRouter router;
  private final SpeechPublisher publisher;
  private final DeviceEdge edge;

  private EmbeddedPipeline(Ports ports, int partitions, Progress progress)
      throws CommandException, InterruptedException {
    this.progress = progress;
    // Making its certificate and starting the broker each take a while.
    FutureTask<StandIn> cic = new FutureTask<>(() -> startStandIn(ports.standIn()));
    Thread.ofPlatform().name("stand-in-start").start(cic);
    keep(() -> cic.get().close());
    try {
      EmbeddedBroker broker = keep(EmbeddedBroker.start(ports.broker(), Optional.empty()));
      progress.started("broker", "Kafka at " + broker.bootstrap());
      this.kafka = new KafkaSettings(broker.bootstrap(), Map.of());
      createTopics(broker, partitions);
      this.standIn = started(cic);
      this.standInCa = keep(TemporaryFolder.create("parley-stand-in")).path().resolve("ca.pem");
      standIn.writeCaPem(standInCa);
      progress.started("stand-in", "CIC's stand-in at " + standIn.uri());
      this.metrics = keep(new PartMetrics("demo"));
      Dispatcher dispatcher = startDispatcher();
      this.router = startRouter(ports.router());
      this.publisher =
          keep(
              SpeechPublisher.connect(
                  kafka.bootstrap(), Topics.DEFAULT, Map.of(), metrics.registry()));
      this.edge = startEdge(ports.producer());
      awaitReady("dispatcher", dispatcher);
      progress.started("dispatcher", "between Kafka and CIC");
      awaitReady("router", router);
      progress.started("router", routerUrl().toString());
      progress.started("producer", producerUrl().toString());
      trouble = () -> dispatcher.trouble().or(router::trouble);
    } catch (IOException | PublishException | StartException | IllegalStateException e) {
      close();
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (CommandException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Starts everything; back when a device may speak. */
  public static EmbeddedPipeline start(Ports ports, int partitions, Progress progress)
      throws CommandException, InterruptedException {
    return new EmbeddedPipeline(ports, partitions, progress);
  }

  private static StandIn startStandIn(int port) {
    return StandIn.start(StandInConfig.DEFAULT.withHost(HOST).withPort(port));
  }

  private static StandIn started(FutureTask<StandIn> cic)
      throws CommandException, InterruptedException {
    try {
      return cic.get();
    } catch (ExecutionException e) {
      throw new CommandException(Logging.inOneLine(e.getCause() == null ? e : e.getCause()), e);
    }
  }

  private void createTopics(EmbeddedBroker broker, int partitions) throws CommandException {
    try (var admin = new KafkaConnection(List.of(broker.bootstrap()), Map.of()).admin()) {
      int topics =
          new TopicSetup(admin, TopicPlan.small(Topics.DEFAULT, partitions)).ensure().size();
      progress.started("topics", topics + " topics of " + partitions + " partitions");
    }
  }

  private static Supplier<Optional<Trouble>> waiting(String why) {
    return () -> Optional.of(new Trouble.Waiting(why));
  }

  private HealthHandler health() {
    return new HealthHandler(() -> trouble.get(), metrics.registry());
  }

  private Dispatcher startDispatcher() throws StartException {
    CicSettings cic = CicSettings.of(standIn.uri()).withCa(standInCa);
    DispatcherConfig config =
        DispatcherConfig.of(kafka, cic, Credentials.forDemo()).withDrain(Duration.ofSeconds(2));
    return keep(Dispatcher.start(config, metrics.registry()));
  }

  private DirectiveRouter startRouter(int port) throws StartException {
    return keep(
        DirectiveRouter.start(
            RouterConfig.of(kafka).withAddress(HOST, port), metrics.registry(), health()));
  }

  private DeviceEdge startEdge(int port) throws IOException {
    return keep(
        DeviceEdge.start(
            DeviceEdge.Settings.DEFAULT.at(HOST, port), publisher, metrics.registry(), health()));
  }

  private static void awaitReady(String name, Part part)
      throws CommandException, InterruptedException {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (part.trouble().isPresent()) {
      if (System.nanoTime() - deadline > 0) {
        throw new CommandException(
            "the " + name + " is not ready: " + part.trouble().map(Trouble::why).orElse(""));
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  /** How to reach the broker. */
  public KafkaSettings kafka() {
    return kafka;
  }

  /** CIC's part in this. */
  public StandIn standIn() {
    return standIn;
  }

  /** The certificate that the stand-in's clients must trust. */
  public Path standInCa() {
    return standInCa;
  }

  /** Where devices are told. */
  public URI routerUrl() {
    return URI.create("http://" + HOST + ":" + router.port());
  }

  /** Where devices may speak over HTTP. */
  public URI producerUrl() {
    return URI.create("http://" + HOST + ":" + edge.port());
  }

  /** Publishes turns. */
  public SpeechPublisher publisher() {
    return publisher;
  }

  /** Stops the parts, the last one first. */
  @Override
  public void close() {
    trouble = waiting("stopping");
    RuntimeException failure = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("a part does not stop: " + e.getMessage(), e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
