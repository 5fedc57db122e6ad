package dev.parley.cli.health;

import dev.parley.cli.command.CommandException;
import java.io.IOException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The HTTP server of a part that serves nothing but its health. */
public final class HealthServer implements AutoCloseable {
  private final Server server;
  private final ServerConnector connector;

  private HealthServer(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /**
   * Starts it.
   *
   * @param host the address to listen on
   * @param port 0 lets the system choose
   * @throws CommandException when the port is taken
   */
  public static HealthServer start(String host, int port, HealthHandler handler)
      throws CommandException {
    QueuedThreadPool threads = new QueuedThreadPool(8, 2);
    threads.setName("health");
    threads.setDaemon(true);
    Server server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(host);
    connector.setPort(port);
    server.addConnector(connector);
    server.setHandler(handler);
    HealthServer started = new HealthServer(server, connector);
    try {
      server.start();
    } catch (IOException e) {
      started.close();
      throw new CommandException(
          "port "
              + port
              + " cannot be listened on ("
              + e.getMessage()
              + "); give another with --http-port",
          e);
    } catch (Exception e) {
      started.close();
      throw new IllegalStateException("the health server does not start", e);
    }
    return started;
  }

  /** The port that it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the health server does not stop", e);
    }
  }
}
