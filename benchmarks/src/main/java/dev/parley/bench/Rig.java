package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.cli.kafka.TopicPlan;
import dev.parley.cli.kafka.TopicSetup;
import dev.parley.turnlog.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The processes of a run, each started when it is first wanted, all ended together. One thread. */
final class Rig implements AutoCloseable {
  static final String BROKER = "broker";
  static final String ENDPOINT = "endpoint";
  static final String LOAD = "load";
  static final String DISPATCHER = "dispatcher";
  static final String DIRECT = "direct";
  static final String CHAIN = "chain";

  /**
   * A run's topics live as long as it does; this only keeps the disk from filling up. A segment is
   * a quarter of it: small ones would be rolled every few seconds, which holds the broker up.
   */
  private static final long SPEECH_BYTES = 2L << 30;

  private static final Duration SPEECH_RETENTION = Duration.ofHours(1);

  private static final Duration START_WITHIN = Duration.ofSeconds(60);
  private static final Duration QUIET_WITHIN = Duration.ofSeconds(30);
  private static final Duration STEP = Duration.ofMillis(500);

  private final Plan plan;
  private final Path logs;
  private final Map<String, Child> children = new LinkedHashMap<>();
  private final Map<Child, Integer> httpPorts = new HashMap<>();
  private final Set<String> warm = new HashSet<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private @Nullable String bootstrap;
  private int started;

  Rig(Plan plan) throws CommandException {
    this.plan = plan;
    this.logs = plan.out().resolve("logs");
    try {
      Files.createDirectories(logs);
    } catch (IOException e) {
      throw new CommandException("there is no place for logs: " + e.getMessage(), e);
    }
  }

  Plan plan() {
    return plan;
  }

  // ---------------------------------------------------------------------------------- processes

  private interface Start {
    Child now() throws CommandException, InterruptedException;
  }

  private Child once(String name, Start start) throws CommandException, InterruptedException {
    Child child = children.get(name);
    if (child == null) {
      child = start.now();
      children.put(name, child);
    }
    return child;
  }

  private Part part(String name, Start start) throws CommandException, InterruptedException {
    return (Part) once(name, start);
  }

  private Child broker() throws CommandException, InterruptedException {
    return once(
        BROKER,
        () -> {
          int port = freePort();
          Child broker =
              new Child(
                  BROKER,
                  Child.SMALL,
                  "dev.parley.demo.Main",
                  List.of("broker", "--port", Integer.toString(port)),
                  logs,
                  false);
          children.put(BROKER, broker);
          bootstrap = "127.0.0.1:" + port;
          await("the broker", START_WITHIN, broker, () -> isListening(port));
          return broker;
        });
  }

  private String bootstrap() throws CommandException, InterruptedException {
    broker();
    return bootstrap == null ? "" : bootstrap;
  }

  /** Takes what all sides send. */
  Part endpoint() throws CommandException, InterruptedException {
    return part(ENDPOINT, () -> new Part(ENDPOINT, Child.SMALL, Endpoint.class, List.of(), logs));
  }

  private int endpointPort() throws CommandException, InterruptedException {
    return endpoint().ask("port").get("port").asInt();
  }

  /** Publishes speech. */
  Part load() throws CommandException, InterruptedException {
    return part(
        LOAD,
        () ->
            new Part(
                LOAD,
                Child.SMALL,
                Load.class,
                List.of(
                    bootstrap(), Integer.toString(plan.partitions()), Long.toString(plan.seed())),
                logs));
  }

  /** Parley: load, broker, dispatcher. */
  Side parley() throws CommandException, InterruptedException {
    Child dispatcher =
        once(
            DISPATCHER,
            () -> {
              topics(DISPATCHER);
              return dispatcher(DISPATCHER);
            });
    awaitReady(dispatcher);
    return fromKafka(dispatcher, DISPATCHER);
  }

  /** The floor: load, broker, a bare consumer that writes. */
  Side chain() throws CommandException, InterruptedException {
    Child chain =
        once(
            CHAIN,
            () -> {
              topics(CHAIN);
              return new Part(
                  CHAIN,
                  measured(CHAIN),
                  Chain.class,
                  List.of(
                      bootstrap(),
                      CHAIN,
                      Integer.toString(plan.partitions()),
                      Integer.toString(endpointPort()),
                      Integer.toString(plan.devicesPerLane())),
                  logs);
            });
    return fromKafka(chain, CHAIN);
  }

  private Side fromKafka(Child measured, String prefix)
      throws CommandException, InterruptedException {
    Part load = load();
    List<Child> processes = List.of(load, broker(), measured);
    return new Side() {
      @Override
      public String name() {
        return measured.name();
      }

      @Override
      public void talk(int talking, int silent, long rampMillis) throws CommandException {
        load.ask("talk", prefix, talking, silent, rampMillis);
      }

      @Override
      public void hush() throws CommandException {
        long failures = load.ask("hush").get("failures").asLong();
        if (failures > 0) {
          throw new CommandException("Kafka did not take " + failures + " records of the load");
        }
      }

      @Override
      public List<Child> processes() {
        return processes;
      }
    };
  }

  /** Straight to the endpoint. */
  Side direct() throws CommandException, InterruptedException {
    Part direct =
        part(
            DIRECT,
            () ->
                new Part(
                    DIRECT,
                    measured(DIRECT),
                    Direct.class,
                    List.of(
                        Integer.toString(endpointPort()),
                        Integer.toString(plan.devicesPerLane()),
                        Long.toString(plan.seed())),
                    logs));
    return new Side() {
      @Override
      public String name() {
        return DIRECT;
      }

      @Override
      public void talk(int talking, int silent, long rampMillis) throws CommandException {
        if (silent > 0) {
          throw new IllegalArgumentException("nobody is silent here");
        }
        direct.ask("talk", talking, rampMillis);
      }

      @Override
      public void hush() throws CommandException {
        direct.ask("hush");
      }

      @Override
      public List<Child> processes() {
        return List.of(direct);
      }
    };
  }

  /** Another dispatcher, on the topics of this prefix; ends with the rig. */
  Child dispatcher(String prefix) throws CommandException, InterruptedException {
    String name = prefix.equals(DISPATCHER) ? DISPATCHER : prefix + "-" + ++started;
    int httpPort = freePort();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "dispatcher",
                "--bootstrap",
                bootstrap(),
                "--topic-prefix",
                prefix,
                "--group",
                prefix,
                "--cic-url",
                "http://127.0.0.1:" + endpointPort(),
                "--http-port",
                Integer.toString(httpPort),
                "--devices-per-lane",
                Integer.toString(plan.devicesPerLane())));
    arguments.addAll(plan.dispatcherOptions());
    Child dispatcher =
        new Child(name, measured(name), "dev.parley.demo.Main", arguments, logs, false);
    children.put(name, dispatcher);
    httpPorts.put(dispatcher, httpPort);
    return dispatcher;
  }

  private List<String> measured(String name) {
    List<String> flags = new ArrayList<>(Child.LONG);
    flags.addAll(plan.javaOptions());
    if (plan.profile()) {
      flags.add(
          "-XX:StartFlightRecording=settings=profile,dumponexit=true,"
              + "jdk.CPUTimeSample#enabled=true,jdk.CPUTimeSample#throttle=10ms,filename="
              + plan.out().resolve(name + ".jfr"));
    }
    return flags;
  }

  /** Waits until a dispatcher says that it is ready. */
  void awaitReady(Child dispatcher) throws CommandException, InterruptedException {
    int port = httpPorts.getOrDefault(dispatcher, 0);
    await(dispatcher.name(), START_WITHIN, dispatcher, () -> isReady(port));
  }

  private boolean isReady(int port) throws InterruptedException {
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/ready"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try {
      return http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Makes the topics of this prefix. */
  void topics(String prefix) throws CommandException, InterruptedException {
    try (Admin admin = new KafkaConnection(List.of(bootstrap()), Map.of()).admin()) {
      new TopicSetup(
              admin,
              new TopicPlan(
                  new Topics(prefix), plan.partitions(), 1, SPEECH_RETENTION, SPEECH_BYTES))
          .ensure();
    }
  }

  // ------------------------------------------------------------------------------- measurements

  /**
   * Lets a side talk, for the sake of nothing but its warmth: once for long, and then only until
   * the connections are there that more dialogs need.
   */
  void warmUp(Side side, int talking, int silent, Duration time)
      throws CommandException, InterruptedException {
    long ramp = ramp(talking) * 3;
    side.talk(talking, silent, ramp);
    pause(warm.add(side.name()) ? time : Duration.ofMillis(ramp));
    side.hush();
    awaitQuiet();
  }

  /** Lets a side talk, waits until it is steady, looks at it for a while, and hushes it. */
  Window measure(Side side, int talking, int silent, Duration settle, Duration time)
      throws CommandException, InterruptedException {
    side.talk(talking, silent, ramp(talking));
    pause(Duration.ofMillis(ramp(talking)).plus(settle));
    Window window = look(side, talking, silent, time);
    side.hush();
    awaitQuiet();
    return window;
  }

  /** Not all at once: who begins also opens a stream, or a connection. */
  private static long ramp(int talking) {
    return Math.max(200, talking);
  }

  private Window look(Side side, int talking, int silent, Duration time)
      throws CommandException, InterruptedException {
    List<Child> processes = new ArrayList<>(side.processes());
    processes.add(endpoint());
    endpoint().ask("mark");
    long began = System.nanoTime();
    Map<Child, Long> before = new LinkedHashMap<>();
    for (Child process : processes) {
      before.put(process, process.cpuNanos());
    }
    pause(time);
    Map<Child, Long> used = new LinkedHashMap<>();
    for (Child process : processes) {
      used.put(process, process.cpuNanos() - before.getOrDefault(process, 0L));
    }
    ObjectNode sum = endpoint().ask("mark");
    double seconds = (System.nanoTime() - began) / 1e9;
    long chunks = sum.get("chunks").asLong();
    Map<String, Double> cpu = new LinkedHashMap<>();
    used.forEach((process, nanos) -> cpu.put(process.name(), nanos / 1e3 / Math.max(1, chunks)));
    return new Window(
        side.name(),
        talking,
        silent,
        seconds,
        seconds * (talking * 1e9 / Chunk.NANOS + silent * 1e9 / Load.SILENT_NANOS),
        chunks,
        sum.get("repeated").asLong(),
        sum.get("connections").asLong(),
        sum.get("p50").asLong() / 1e3,
        sum.get("p99").asLong() / 1e3,
        sum.get("max").asLong() / 1e3,
        sum.get("firstP99").asLong() / 1e3,
        cpu);
  }

  /** Waits until nothing comes any more. */
  void awaitQuiet() throws CommandException, InterruptedException {
    long deadline = System.nanoTime() + QUIET_WITHIN.toNanos();
    endpoint().ask("mark");
    do {
      pause(STEP);
    } while (endpoint().ask("mark").get("chunks").asLong() > 0 && System.nanoTime() - deadline < 0);
  }

  /** A window's length is what this is for. */
  static void pause(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }

  private interface Condition {
    boolean holds() throws InterruptedException;
  }

  private static void await(String what, Duration limit, Child child, Condition condition)
      throws CommandException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.holds()) {
      child.checkAlive();
      if (System.nanoTime() - deadline > 0) {
        throw new CommandException(what + " was not ready within " + limit.toSeconds() + " s");
      }
      pause(Duration.ofMillis(100));
    }
  }

  private static boolean isListening(int port) {
    try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws CommandException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new CommandException("no free port: " + e.getMessage(), e);
    }
  }

  /** Ends the processes, those that use others first. */
  @Override
  public void close() {
    List<Child> all = new ArrayList<>(children.values()).reversed();
    all.forEach(child -> child.terminate());
    all.forEach(Child::close);
    http.close();
  }
}
