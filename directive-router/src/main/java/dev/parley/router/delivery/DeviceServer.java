package dev.parley.router.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server for devices: HTTP/1.1 and HTTP/2 with prior knowledge or upgrade, on one port,
 * without TLS.
 */
public final class DeviceServer implements AutoCloseable {
  private static final int PLATFORM_THREADS = 16;
  private static final long IDLE_MILLIS = 60_000;
  private static final int STREAMS = 1024;

  private final Server server;
  private final ServerConnector connector;
  private final DeviceApi api;

  private DeviceServer(Server server, ServerConnector connector, DeviceApi api) {
    this.server = server;
    this.connector = connector;
    this.api = api;
  }

  /**
   * Listens.
   *
   * @param host the address to listen on
   * @param port 0 for any free one
   * @param extra answers what is not below {@code /v1/devices/}
   * @throws IllegalStateException when it can't listen there
   */
  public static DeviceServer start(
      String host,
      int port,
      Devices devices,
      Pieces pieces,
      Authorizer authorizer,
      DeliveryConfig config,
      MeterRegistry registry,
      Handler extra) {
    QueuedThreadPool threads = new QueuedThreadPool(PLATFORM_THREADS);
    threads.setName("router-http");
    threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
    Server server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    HTTP2CServerConnectionFactory http2 = new HTTP2CServerConnectionFactory(http);
    http2.setMaxConcurrentStreams(STREAMS);
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http), http2);
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_MILLIS);
    server.addConnector(connector);
    DeviceApi api =
        new DeviceApi(devices, pieces, authorizer, config, new DeliveryMetrics(registry));
    server.setHandler(new Handler.Sequence(api, extra));
    server.setErrorHandler((request, response, callback) -> {
      Answers.error(response, callback, unhandled(response));
      return true;
    });
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException(
          "cannot listen on " + host + ":" + port + ": " + e.getMessage() + "; is it in use?", e);
    }
    return new DeviceServer(server, connector, api);
  }

  private static ApiError unhandled(Response response) {
    int status = response.getStatus() < 400 ? 500 : response.getStatus();
    return new ApiError(
        status, Integer.toString(status), HttpStatus.getMessage(status) + "; see /v1/devices/");
  }

  /** The port it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Ends all streams, saying why, and stops. */
  @Override
  public void close() {
    api.stop(Outlet.End.STOPPING);
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("stopping the HTTP server: " + e.getMessage(), e);
    }
  }
}
