package dev.parley.demo.broker;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.log.Logging;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka broker and controller of one node (KRaft) on the loopback interface. It creates no topics
 * by itself. Started once, closed once, from any thread.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final int NODE = 1;
  private static final String CONTROLLER = "CONTROLLER";

  private final KafkaRaftServer server;
  private final int port;
  private final Optional<TemporaryFolder> temporary;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedBroker(KafkaRaftServer server, int port, Optional<TemporaryFolder> temporary) {
    this.server = server;
    this.port = port;
    this.temporary = temporary;
  }

  /**
   * Starts one on a free port, with data that go when it is closed.
   *
   * @throws CommandException when it does not start
   */
  public static EmbeddedBroker start() throws CommandException {
    return start(0, Optional.empty());
  }

  /**
   * Starts one; back when it takes requests.
   *
   * @param port 0 takes a free one
   * @param data where its data are kept; without it they go when it is closed
   * @throws CommandException when the port is taken, or the data are in use or of another version
   */
  public static EmbeddedBroker start(int port, Optional<Path> data) throws CommandException {
    if (port != 0) {
      checkFree(port);
    }
    logFrom("error");
    int listen = port == 0 ? freePort() : port;
    Optional<TemporaryFolder> temporary = data.isPresent() ? Optional.empty() : temporary();
    Path directory = data.or(() -> temporary.map(TemporaryFolder::path)).orElseThrow();
    try {
      Map<String, Object> settings = settings(listen, freePort(), directory);
      format(directory);
      KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings), Time.SYSTEM);
      server.startup();
      return new EmbeddedBroker(server, listen, temporary);
    } catch (Exception e) {
      temporary.ifPresent(TemporaryFolder::close);
      throw new CommandException(
          "the broker does not start on port "
              + listen
              + " with its data in "
              + directory
              + ": "
              + Logging.inOneLine(e),
          e);
    }
  }

  private static Optional<TemporaryFolder> temporary() throws CommandException {
    try {
      return Optional.of(TemporaryFolder.create("parley-broker"));
    } catch (IOException e) {
      throw new CommandException("no temporary folder can be made: " + e.getMessage(), e);
    }
  }

  /** HOST:PORT. */
  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  /** The port that clients connect to. */
  public int port() {
    return port;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      server.shutdown();
      server.awaitShutdown();
      temporary.ifPresent(TemporaryFolder::close);
    }
  }

  /** A broker alone warns of much that is as it should be. */
  static void logFrom(String level) {
    List.of("org.apache.kafka", "kafka", "state.change.logger")
        .forEach(logger -> Logging.level(logger, level));
  }

  private static void format(Path directory) throws Exception {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    Files.createDirectories(directory);
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(NODE)
        .setClusterId(Uuid.randomUuid().toString())
        .setControllerListenerName(CONTROLLER)
        .addDirectory(directory.toString())
        .setMetadataLogDirectory(directory.toString())
        .run();
  }

  private static Map<String, Object> settings(int port, int controllerPort, Path directory) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE));
    settings.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
    settings.put("controller.listener.names", CONTROLLER);
    settings.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:" + port + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
    settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put(
        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
    settings.put("log.dirs", directory.toString());
    settings.put("auto.create.topics.enable", "false");
    // One node has nobody to copy to, and need not have the threads of a cluster.
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("default.replication.factor", "1");
    settings.put("min.insync.replicas", "1");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "2");
    settings.put("log.cleaner.dedupe.buffer.size", "4194304");
    // A group forms at once instead of after three seconds.
    settings.put("group.initial.rebalance.delay.ms", "0");
    return settings;
  }

  private static void checkFree(int port) throws CommandException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new CommandException(
          "port " + port + " is in use; give the broker another with --port", e);
    }
  }

  private static int freePort() throws CommandException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new CommandException("no free port: " + e.getMessage(), e);
    }
  }
}
