package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The processes of a run, each started when it is first wanted, all ended together. One thread. */
final class Rig implements AutoCloseable {
  static final String BROKER = "broker";
  static final String ENDPOINT = "endpoint";
  static final String LOAD = "load";
  static final String DISPATCHER = "dispatcher";
  static final String OTHER_BUILD = "other-build";
  static final String ROUTER = "router";
  static final String DIRECT = "direct";
  static final String FLOOR = "floor";

  private final Plan plan;
  private final Path logs;
  private final Path certificate;
  private final Map<String, Child> children = new LinkedHashMap<>();
  private int started;

  Rig(Plan plan) throws CommandException {
    this.plan = plan;
    this.logs = plan.out().resolve("logs");
    this.certificate = logs.resolve("endpoint.pem");
    try {
      Files.createDirectories(logs);
    } catch (IOException e) {
      throw new CommandException("there is no place for logs: " + e.getMessage(), e);
    }
  }

  Plan plan() {
    return plan;
  }

  private interface Start<C> {
    C now() throws CommandException, InterruptedException;
  }

  private <C extends Child> C once(String name, Class<C> type, Start<C> start)
      throws CommandException, InterruptedException {
    Child child = children.get(name);
    if (child == null) {
      child = start.now();
      children.put(name, child);
    }
    return type.cast(child);
  }

  // ------------------------------------------------------------------- what all sides have in
  // common

  private BrokerProcess broker() throws CommandException, InterruptedException {
    return once(BROKER, BrokerProcess.class, () -> new BrokerProcess(BROKER, freePort(), logs));
  }

  private String bootstrap() throws CommandException, InterruptedException {
    return broker().bootstrap();
  }

  /** Makes the topics of this prefix. */
  void topics(String prefix) throws CommandException, InterruptedException {
    broker().topics(prefix, plan.partitions());
  }

  /** Takes what all sides send. */
  Part endpoint() throws CommandException, InterruptedException {
    return once(
        ENDPOINT,
        Part.class,
        () ->
            new Part(ENDPOINT, Child.SMALL, Endpoint.class, List.of(certificate.toString()), logs));
  }

  /** A port of the endpoint's for one who sends. */
  int endpointPort(Transport transport) throws CommandException, InterruptedException {
    return endpoint().ask("listen", transport).get("port").asInt();
  }

  /** Publishes speech. */
  Part load() throws CommandException, InterruptedException {
    return once(
        LOAD,
        Part.class,
        () ->
            new Part(
                LOAD,
                Child.SMALL,
                Load.class,
                List.of(
                    bootstrap(), Integer.toString(plan.partitions()), Long.toString(plan.seed())),
                logs));
  }

  // --------------------------------------------------------------------------------------------
  // sides

  /** Parley: load, broker, dispatcher. */
  Side parley(Transport transport) throws CommandException, InterruptedException {
    return parley(transport.of(DISPATCHER), plan.build(), transport);
  }

  /** The same with the other build's dispatcher. */
  Side otherBuild(Transport transport) throws CommandException, InterruptedException {
    return parley(transport.of(OTHER_BUILD), plan.against().orElseThrow(), transport);
  }

  private Side parley(String name, Build build, Transport transport)
      throws CommandException, InterruptedException {
    ParleyProcess dispatcher =
        once(
            name,
            ParleyProcess.class,
            () -> {
              topics(name);
              return dispatcher(name, name, build, transport, endpointPort(transport));
            });
    dispatcher.awaitReady();
    return fromKafka(dispatcher, transport);
  }

  /** The floor: load, broker, a bare consumer that writes. */
  Side floor(Transport transport) throws CommandException, InterruptedException {
    String name = transport.of(FLOOR);
    Part floor =
        once(
            name,
            Part.class,
            () -> {
              topics(name);
              return new Part(
                  name,
                  javaOptions(name, plan.build()),
                  Floor.class,
                  List.of(
                      bootstrap(),
                      name,
                      Integer.toString(plan.partitions()),
                      transport.url(endpointPort(transport)),
                      certificate.toString(),
                      Integer.toString(plan.devicesPerLane())),
                  logs);
            });
    return fromKafka(floor, transport);
  }

  private Side fromKafka(Child measured, Transport transport)
      throws CommandException, InterruptedException {
    List<Child> processes = List.of(load(), broker(), measured);
    return new KafkaSide(load(), measured, transport, measured.name(), processes);
  }

  /** Straight to the endpoint. */
  Part direct() throws CommandException, InterruptedException {
    return once(
        DIRECT,
        Part.class,
        () ->
            new Part(
                DIRECT,
                javaOptions(DIRECT, plan.build()),
                Direct.class,
                List.of(
                    Transport.CLEAR.url(endpointPort(Transport.CLEAR)),
                    certificate.toString(),
                    Integer.toString(plan.devicesPerLane()),
                    Long.toString(plan.seed())),
                logs));
  }

  /** Parley in clear text with a router behind the dispatcher. */
  Side parleyWithRouter() throws CommandException, InterruptedException {
    Side parley = parley(Transport.CLEAR);
    ParleyProcess router =
        once(
            ROUTER,
            ParleyProcess.class,
            () ->
                new ParleyProcess(
                    ROUTER,
                    plan.build(),
                    javaOptions(ROUTER, plan.build()),
                    List.of("router", "--bootstrap", bootstrap(), "--topic-prefix", DISPATCHER),
                    freePort(),
                    logs));
    router.awaitReady();
    List<Child> processes = new ArrayList<>(parley.processes());
    processes.add(router);
    return new KafkaSide(load(), parley.measured(), Transport.CLEAR, parley.name(), processes);
  }

  /** Another dispatcher, on the topics of this prefix, in clear text; ends with the rig. */
  ParleyProcess dispatcher(String prefix, int endpointPort)
      throws CommandException, InterruptedException {
    String name = prefix + "-" + ++started;
    ParleyProcess dispatcher =
        dispatcher(name, prefix, plan.build(), Transport.CLEAR, endpointPort);
    children.put(name, dispatcher);
    return dispatcher;
  }

  private ParleyProcess dispatcher(
      String name, String prefix, Build build, Transport transport, int endpointPort)
      throws CommandException, InterruptedException {
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
                transport.url(endpointPort),
                "--devices-per-lane",
                Integer.toString(plan.devicesPerLane())));
    if (transport == Transport.TLS) {
      arguments.addAll(List.of("--cic-ca", certificate.toString()));
    }
    arguments.addAll(plan.dispatcherOptions());
    return new ParleyProcess(name, build, javaOptions(name, build), arguments, freePort(), logs);
  }

  private List<String> javaOptions(String name, Build build) {
    List<String> options = new ArrayList<>(build.deployed().options());
    options.add(Deployed.MEMORY);
    options.addAll(plan.javaOptions());
    if (plan.profile()) {
      options.add(
          "-XX:StartFlightRecording=settings=profile,dumponexit=true,"
              + "jdk.CPUTimeSample#enabled=true,jdk.CPUTimeSample#throttle=10ms,filename="
              + plan.out().resolve(name + ".jfr"));
    }
    return options;
  }

  /** Ends a process that is not wanted any more. */
  void end(Child child) {
    child.close();
    children.values().remove(child);
  }

  /** Ends all but what the sides have in common, so that it is in nobody's way. */
  void endSides() {
    for (Child child : List.copyOf(children.values()).reversed()) {
      if (!List.of(BROKER, ENDPOINT, LOAD).contains(child.name())) {
        end(child);
      }
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
    all.forEach(Child::terminate);
    all.forEach(Child::close);
  }
}
