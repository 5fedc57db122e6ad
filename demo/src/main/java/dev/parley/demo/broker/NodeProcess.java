package dev.parley.demo.broker;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.log.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kafka.server.KafkaRaftServer;

/**
 * A node in a process of its own, which can be killed. It ends by itself when the process that
 * started it does: its standard input ends then.
 */
final class NodeProcess {
  private NodeProcess() {}

  /** Starts one, and does not wait for it. */
  static Process start(Node node, Path log) throws CommandException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(NodeProcess.class.getName());
    command.addAll(node.arguments());
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      throw new CommandException("a broker does not start: " + e.getMessage(), e);
    }
  }

  /**
   * Runs a node until its standard input ends, or it is killed.
   *
   * @param arguments as {@link Node#arguments} gives them
   */
  public static void main(String[] arguments) throws Exception {
    Logging.configure("info", false);
    KafkaRaftServer server = Node.of(arguments).start();
    while (System.in.read() >= 0) {
      // Nobody says anything; the end is what counts.
    }
    server.shutdown();
    server.awaitShutdown();
  }
}
