package dev.parley.demo.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that go away and come back. They are below those that systems hand out for
 * connections: else, while the server is away, a connection could be given its port, even one to
 * that very port, and the server could not listen there again.
 */
public final class LoopbackPorts {
  private static final int FROM = 18_000;
  private static final int TO = 32_000;
  private static final int TRIES = 1_000;

  private LoopbackPorts() {}

  /**
   * So many, all different and free at the moment.
   *
   * @throws IllegalStateException when there are not so many
   */
  public static List<Integer> free(int count) {
    List<Integer> ports = new ArrayList<>();
    for (int tried = 0; tried < TRIES && ports.size() < count; tried++) {
      int port = ThreadLocalRandom.current().nextInt(FROM, TO);
      if (!ports.contains(port) && isFree(port)) {
        ports.add(port);
      }
    }
    if (ports.size() < count) {
      throw new IllegalStateException(
          "no " + count + " ports from " + FROM + " to " + TO + " are free");
    }
    return ports;
  }

  private static boolean isFree(int port) {
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
