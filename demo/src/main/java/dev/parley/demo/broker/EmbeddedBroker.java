package dev.parley.demo.broker;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.log.Logging;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker and controller of one node (KRaft) on the loopback interface. It creates no topics
 * by itself. Started once, closed once, from any thread.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private final KafkaRaftServer server;
  private final int port;
  private final Optional<TemporaryFolder> temporary;
  private final ReentrantLock closing = new ReentrantLock();
  private boolean closed;

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
   * Starts one; back when it takes requests. An interrupt does not keep it from starting, and is
   * there for whoever waits next.
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
    Optional<TemporaryFolder> temporary =
        data.isPresent() ? Optional.empty() : Optional.of(temporary());
    Path directory = data.or(() -> temporary.map(TemporaryFolder::path)).orElseThrow();
    try {
      String cluster = Uuid.randomUuid().toString();
      Node node = new Node(1, listen, List.of(freePort()), cluster, directory);
      KafkaRaftServer server = Undisturbed.call("broker-start", node::start);
      EmbeddedBroker broker = new EmbeddedBroker(server, listen, temporary);
      temporary.ifPresent(folder -> folder.usedUntil(broker::close));
      return broker;
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

  static TemporaryFolder temporary() throws CommandException {
    try {
      return TemporaryFolder.create("parley-broker");
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

  /** Back when it is closed, whoever has begun that. */
  @Override
  public void close() {
    closing.lock();
    try {
      if (!closed) {
        closed = true;
        Undisturbed.run(
            "broker-stop",
            () -> {
              server.shutdown();
              server.awaitShutdown();
            });
        temporary.ifPresent(TemporaryFolder::close);
      }
    } finally {
      closing.unlock();
    }
  }

  /** A broker alone warns of much that is as it should be. */
  static void logFrom(String level) {
    List.of("org.apache.kafka", "kafka", "state.change.logger")
        .forEach(logger -> Logging.level(logger, level));
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
