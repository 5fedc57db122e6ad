package dev.parley.turnlog;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** What listens on loopback and treats each connection in its own manner, one after the other. */
final class Listener implements AutoCloseable {
  /** What is done to a connection; it is closed afterwards. */
  @FunctionalInterface
  interface Manner {
    void treat(Socket connection) throws IOException;
  }

  private final ServerSocket server;

  private Listener(ServerSocket server) {
    this.server = server;
  }

  static Listener that(Manner manner) throws IOException {
    Listener listener = new Listener(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(() -> listener.run(manner));
    return listener;
  }

  /** The system takes its connections, and nobody says anything. */
  static Listener thatIsSilent() throws IOException {
    return new Listener(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
  }

  /** Answers first with these bytes. */
  static Listener thatSays(byte... bytes) throws IOException {
    return that(connection -> {
      var _ = connection.getInputStream().readNBytes(14);
      connection.getOutputStream().write(bytes);
    });
  }

  /** Greets as Kafka does, and says no more. */
  static Listener thatGreetsAsKafka() throws IOException {
    return that(connection -> {
      byte[] request = connection.getInputStream().readNBytes(14);
      byte[] head = {0, 0, 0, 6, request[8], request[9], request[10], request[11], 0, 0};
      connection.getOutputStream().write(head);
    });
  }

  int port() {
    return server.getLocalPort();
  }

  String address() {
    return "127.0.0.1:" + port();
  }

  private void run(Manner manner) {
    while (true) {
      try (Socket connection = server.accept()) {
        manner.treat(connection);
      } catch (IOException e) {
        if (server.isClosed()) {
          return;
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
