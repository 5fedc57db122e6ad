package dev.parley.producer;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets devices speak over plain HTTP/1.1 or HTTP/2 (with prior knowledge or by upgrade) on one
 * port; {@code README.md} describes the resources. Each request has a virtual thread. Nobody is
 * asked who they are: bind it to loopback, or put something before it that asks.
 */
public final class DeviceEdge implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceEdge.class);
  private static final int MAX_STREAMS_A_CONNECTION = 1024;
  private static final int MAX_HEADER_BYTES = 32 * 1024;

  /**
   * Where the edge listens.
   *
   * @param host the address to bind to
   * @param port 0 for any free one
   * @param idle how long a device may be silent in mid-turn before its turn is cancelled
   * @param grace how long {@link #close} waits for turns that are being spoken
   */
  public record Settings(String host, int port, Duration idle, Duration grace) {
    /** Loopback, port 8083, 10 s of silence, 10 s of grace. */
    public static final Settings DEFAULT =
        new Settings("127.0.0.1", 8083, Duration.ofSeconds(10), Duration.ofSeconds(10));

    /** The same at another address. */
    public Settings at(String otherHost, int otherPort) {
      return new Settings(otherHost, otherPort, idle, grace);
    }
  }

  private final Server server;
  private final ServerConnector connector;

  private DeviceEdge(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /**
   * Starts to listen.
   *
   * @param publisher stays the caller's, to be closed after the edge
   * @param others are asked, in order, about paths that are not the edge's
   * @throws IOException when the address is taken or not this machine's
   */
  public static DeviceEdge start(
      Settings settings, SpeechPublisher publisher, MeterRegistry meters, Handler... others)
      throws IOException {
    return start(settings, () -> Optional.of(publisher), meters, others);
  }

  /**
   * The same before there is a publisher.
   *
   * @param publisher empty until speech can be published
   */
  static DeviceEdge start(
      Settings settings,
      Supplier<Optional<SpeechPublisher>> publisher,
      MeterRegistry meters,
      Handler... others)
      throws IOException {
    VirtualThreadPool threads = new VirtualThreadPool();
    threads.setName("device-edge");
    threads.setMaxConcurrentTasks(0); // The default, 200, would be a limit of turns at once.
    Server server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_HEADER_BYTES);
    HTTP2CServerConnectionFactory http2 = new HTTP2CServerConnectionFactory(http);
    http2.setMaxConcurrentStreams(MAX_STREAMS_A_CONNECTION);
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http), http2);
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.idle().toMillis());
    server.addConnector(connector);
    List<Handler> handlers = new ArrayList<>();
    handlers.add(new TurnsHandler(publisher, meters));
    handlers.addAll(List.of(others));
    server.setHandler(new GracefulHandler(new Handler.Sequence(handlers)));
    server.setErrorHandler((request, response, callback) -> {
      int status = response.getStatus();
      String name = HttpStatus.getMessage(status);
      JsonReply.error(status, name.toLowerCase(Locale.ROOT).replace(' ', '-'), name)
          .send(response, callback);
      return true;
    });
    server.setStopTimeout(settings.grace().toMillis());
    try {
      server.start();
    } catch (Exception e) {
      stop(server);
      throw new IOException(
          "cannot listen at " + settings.host() + ":" + settings.port() + ": " + reason(e), e);
    }
    return new DeviceEdge(server, connector);
  }

  private static String reason(Exception e) {
    Throwable why = e.getCause() == null ? e : e.getCause();
    return String.valueOf(why.getMessage());
  }

  /** The port it listens at. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Takes no new requests, lets those under way finish within the grace, cancels the others. */
  @Override
  public void close() {
    stop(server);
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (TimeoutException e) {
      LOG.info("not every device had finished speaking in time; their turns are cancelled");
    } catch (Exception e) {
      throw new IllegalStateException("the device edge did not stop in order", e);
    }
  }
}
