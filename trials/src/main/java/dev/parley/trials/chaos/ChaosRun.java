package dev.parley.trials.chaos;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.health.HealthHandler;
import dev.parley.cli.health.PartMetrics;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.cli.kafka.TopicPlan;
import dev.parley.cli.kafka.TopicSetup;
import dev.parley.demo.broker.Cluster;
import dev.parley.demo.broker.EmbeddedBroker;
import dev.parley.producer.PublishException;
import dev.parley.producer.SpeechPublisher;
import dev.parley.router.DirectiveRouter;
import dev.parley.router.RouterConfig;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.StartException;
import dev.parley.turnlog.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Broker, endpoint, router and devices in this process, dispatchers in processes of their own: lets
 * them talk, breaks them as planned, waits until all is quiet, and has the history checked. Where a
 * broker is to be killed there are three of them, in processes of their own too.
 */
final class ChaosRun implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);

  /** A turn that nobody answers is given up after 30 s, one that nobody ends after 120 s. */
  private static final Duration QUIET_WITHIN = Duration.ofSeconds(150);

  /** What the endpoint sent last needs no longer, once all turns are over. */
  private static final Duration REST_WITHIN = Duration.ofSeconds(5);

  /** An attachment that brings nothing breaks off after 30 s. */
  private static final Duration FETCHED_WITHIN = Duration.ofSeconds(45);

  private static final long LOOK_EVERY_NANOS = 50_000_000;

  /** Told how it goes. */
  interface Progress {
    void started(String what);

    void injected(int number, int of, Fault fault, Injection last, Recorder soFar);
  }

  /** What is done while devices speak. */
  @FunctionalInterface
  interface Course {
    void run(Injector injector) throws CommandException, InterruptedException;
  }

  private final ChaosPlan plan;
  private final Progress progress;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Recorder recorder = new Recorder();
  private final Optional<Cluster> cluster;
  private final KafkaSettings kafka;
  private final Endpoint endpoint;
  private final Fleet fleet;
  private final SpeechPublisher publisher;
  private final URI router;

  /**
   * Starts everything but the devices.
   *
   * @param logs the folder for the dispatchers' logs
   */
  ChaosRun(ChaosPlan plan, Path logs, Progress progress)
      throws CommandException, InterruptedException {
    this(plan, logs, progress, Interposed.NOTHING);
  }

  /** Starts everything but the devices, with something in between. */
  ChaosRun(ChaosPlan plan, Path logs, Progress progress, Interposed between)
      throws CommandException, InterruptedException {
    this.plan = plan;
    this.progress = progress;
    try {
      this.cluster =
          plan.needsCluster() ? Optional.of(keep(Cluster.start(logs))) : Optional.empty();
      String bootstrap =
          cluster.isPresent()
              ? cluster.get().bootstrap()
              : keep(EmbeddedBroker.start()).bootstrap();
      this.kafka = new KafkaSettings(bootstrap, Map.of());
      createTopics();
      this.endpoint = keep(new Endpoint(recorder));
      PartMetrics metrics = keep(new PartMetrics("chaos"));
      DirectiveRouter directives =
          keep(
              DirectiveRouter.start(
                  RouterConfig.of(kafka).withAddress(HOST, 0),
                  metrics.registry(),
                  new HealthHandler(Optional::empty, metrics.registry())));
      this.router = between.router(URI.create("http://" + HOST + ":" + directives.port()));
      this.fleet =
          keep(new Fleet(arguments(), between.dispatcherClasses(), logs, plan.partitions()));
      for (int i = 0; i < plan.dispatchers(); i++) {
        fleet.start();
      }
      this.publisher =
          keep(
              SpeechPublisher.connect(
                  kafka.bootstrap(), Topics.DEFAULT, Map.of(), metrics.registry()));
      await("the router", READY_WITHIN, directives::ready);
      fleet.awaitWhole();
      progress.started(
          "broker, router and %d devices here; %d dispatchers, logs in %s"
              .formatted(plan.devices(), plan.dispatchers(), logs));
    } catch (PublishException | StartException | IllegalStateException e) {
      close();
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (CommandException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void createTopics() throws CommandException {
    TopicPlan small = TopicPlan.small(Topics.DEFAULT, plan.partitions());
    int copies = cluster.isPresent() ? 3 : 1;
    TopicPlan topics =
        new TopicPlan(
            small.topics(),
            small.partitions(),
            copies,
            small.speechRetention(),
            small.speechBytes());
    List<String> addresses = List.of(kafka.bootstrap().split(",", -1));
    try (var admin = new KafkaConnection(addresses, Map.of()).admin()) {
      var _ = new TopicSetup(admin, topics).ensure();
    }
  }

  private List<String> arguments() {
    return List.of(
        "--bootstrap",
        kafka.bootstrap(),
        "--kafka",
        "group.protocol=" + plan.groupProtocol(),
        "--cic-url",
        endpoint.uri().toString(),
        "--http-port",
        "0");
  }

  KafkaSettings kafka() {
    return kafka;
  }

  Fleet fleet() {
    return fleet;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Recorder recorder() {
    return recorder;
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  /** Does all that is planned. */
  ChaosResult run() throws CommandException, InterruptedException {
    return run(this::asPlanned, QUIET_WITHIN);
  }

  private void asPlanned(Injector injector) throws CommandException, InterruptedException {
    List<Fault> sequence = plan.sequence();
    for (int i = 0; i < sequence.size(); i++) {
      Fault fault = sequence.get(i);
      injector.inject(fault);
      progress.injected(i + 1, sequence.size(), fault, injector.done().getLast(), recorder);
    }
  }

  /**
   * Does something else.
   *
   * @param quietWithin how long to wait afterwards for the turns that are open
   */
  ChaosResult run(Course course, Duration quietWithin)
      throws CommandException, InterruptedException {
    long began = System.nanoTime();
    SplittableRandom random = new SplittableRandom(plan.seed());
    Injector injector = new Injector(plan, cluster, fleet, endpoint, recorder, random.split());
    try (Devices devices =
        new Devices(plan.devices(), random, publisher, recorder, router, endpoint)) {
      course.run(injector);
      fleet.awaitWhole();
      progress.started("all faults are over; waiting for the turns that are open");
      devices.hush();
      var _ = waited(quietWithin, () -> recorder.openTurns() == 0);
      var _ = waited(REST_WITHIN, () -> recorder.untoldPushes() == 0);
      var _ = waited(FETCHED_WITHIN, devices::haveFetched);
    }
    History history = soFar(injector);
    return ChaosResult.of(
        plan,
        Duration.ofNanos(System.nanoTime() - began),
        endpoint.stalled(),
        fleet.endedByThemselves(),
        history);
  }

  /** What has happened up to now. */
  History soFar(Injector injector) throws CommandException {
    return recorder.history(
        injector.done(), endpoint.judged(), Ledger.read(kafka, Topics.DEFAULT, plan.partitions()));
  }

  private static void await(String what, Duration within, BooleanSupplier condition)
      throws CommandException, InterruptedException {
    if (!waited(within, condition)) {
      throw new CommandException(what + " is not ready after " + within.toSeconds() + " s");
    }
  }

  private static boolean waited(Duration within, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
    return true;
  }

  /** Ends what it started, the dispatchers' processes too. */
  @Override
  public void close() {
    Optional<Exception> failure = Optional.empty();
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        failure = Optional.of(failure.orElse(e));
      }
    }
    if (failure.isPresent()) {
      throw new IllegalStateException(
          "a part does not stop: " + failure.get().getMessage(), failure.get());
    }
  }
}
