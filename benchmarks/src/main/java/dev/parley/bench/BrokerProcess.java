package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.cli.kafka.TopicPlan;
import dev.parley.cli.kafka.TopicSetup;
import dev.parley.turnlog.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** A Kafka of one node, which all sides have in common. One thread. */
final class BrokerProcess extends Child {
  /**
   * A run's topics live as long as it does; this only keeps the disk from filling up. A segment is
   * a quarter of it: small ones would be rolled every few seconds, which holds the broker up.
   */
  private static final long SPEECH_BYTES = 2L << 30;

  private static final Duration SPEECH_RETENTION = Duration.ofHours(1);

  private final int port;

  /** Starts one at this port; back when it listens. */
  BrokerProcess(String name, int port, Path logs) throws CommandException, InterruptedException {
    super(
        name,
        SMALL,
        System.getProperty("java.class.path"),
        "dev.parley.demo.Main",
        List.of("broker", "--port", Integer.toString(port)),
        logs,
        false);
    this.port = port;
    try {
      await(this::isListening);
    } catch (CommandException | InterruptedException e) {
      close();
      throw e;
    }
  }

  private boolean isListening() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  String bootstrap() {
    return "127.0.0.1:" + port;
  }

  /** Makes the topics of this prefix. */
  void topics(String prefix, int partitions) throws CommandException, InterruptedException {
    try (Admin admin = new KafkaConnection(List.of(bootstrap()), Map.of()).admin()) {
      new TopicSetup(
              admin,
              new TopicPlan(new Topics(prefix), partitions, 1, SPEECH_RETENTION, SPEECH_BYTES))
          .ensure();
    }
  }
}
