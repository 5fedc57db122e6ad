package dev.parley.trials.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands between the devices and the router, and tells some of them other things than the router
 * does. Requests are served on virtual threads; each device's lie is told on one at a time.
 */
final class LyingRouter implements AutoCloseable {
  /** What becomes of one device's traffic. */
  interface Lie {
    /** An event of the stream, as its lines: told instead of it are these, in order. */
    default List<String> event(String event) {
      return List.of(event);
    }

    /** An attachment: told instead of it is this. */
    default byte[] attachment(byte[] bytes) {
      return bytes;
    }

    /** The device has acknowledged something; true breaks its stream. */
    default boolean acknowledged() {
      return false;
    }

    /** Events that a new stream begins with. */
    default List<String> opened() {
      return List.of();
    }
  }

  private static final Lie TRUTH = new Lie() {};

  private final URI router;
  private final Map<String, Lie> lies;
  private final Map<String, InputStream> streams = new ConcurrentHashMap<>();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  /** Lies by device. */
  LyingRouter(URI router, Map<String, Lie> lies) {
    this.router = router;
    this.lies = Map.copyOf(lies);
    try {
      this.server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::serve);
    server.setExecutor(threads);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void serve(HttpExchange exchange) throws IOException {
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    Lie lie = lies.getOrDefault(path[3], TRUTH);
    try (exchange) {
      HttpResponse<InputStream> response = asked(exchange);
      response
          .headers()
          .firstValue("Content-Type")
          .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
      try (InputStream in = response.body()) {
        switch (path[4]) {
          case "directives" -> stream(path[3], lie, exchange, response.statusCode(), in);
          case "attachments" -> whole(exchange, response, lie.attachment(in.readAllBytes()));
          case "acks" -> {
            whole(exchange, response, in.readAllBytes());
            if (lie.acknowledged()) {
              streams.getOrDefault(path[3], InputStream.nullInputStream()).close();
            }
          }
          default -> whole(exchange, response, in.readAllBytes());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<InputStream> asked(HttpExchange exchange)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(router.resolve(exchange.getRequestURI()))
            .method(
                exchange.getRequestMethod(),
                HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
    for (String name : List.of("Accept", "Content-Type", "Last-Event-ID")) {
      List<String> values = exchange.getRequestHeaders().getOrDefault(name, List.of());
      values.forEach(value -> request.header(name, value));
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private static void whole(HttpExchange exchange, HttpResponse<InputStream> response, byte[] body)
      throws IOException {
    exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private void stream(String device, Lie lie, HttpExchange exchange, int status, InputStream in)
      throws IOException {
    streams.put(device, in);
    exchange.sendResponseHeaders(status, 0);
    OutputStream out = exchange.getResponseBody();
    for (String first : lie.opened()) {
      tell(out, first);
    }
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8));
    StringBuilder event = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty()) {
        for (String told : lie.event(event.toString())) {
          tell(out, told);
        }
        event.setLength(0);
      } else {
        event.append(line).append('\n');
      }
    }
  }

  private static void tell(OutputStream out, String event) throws IOException {
    out.write((event + "\n").getBytes(UTF_8));
    out.flush();
  }

  @Override
  public void close() {
    server.stop(0);
    http.shutdownNow();
    threads.shutdownNow();
  }
}
