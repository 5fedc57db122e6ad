package dev.parley.cli.health;

import dev.parley.protocol.Json;
import dev.parley.turnlog.Trouble;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers {@code GET /live} (503 when the part is dead), {@code /ready} (503 when it has any
 * trouble), both with the reason, and {@code /metrics} (Prometheus text); leaves every other
 * request to others.
 */
public final class HealthHandler extends Handler.Abstract.NonBlocking {
  private static final String JSON = "application/json";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Supplier<Optional<Trouble>> trouble;
  private final PrometheusMeterRegistry metrics;
  private final Map<String, Supplier<ObjectNode>> more;

  /**
   * A handler that answers for a part.
   *
   * @param trouble what keeps the part from working; asked from any thread, must answer at once
   */
  public HealthHandler(Supplier<Optional<Trouble>> trouble, PrometheusMeterRegistry metrics) {
    this(trouble, metrics, Map.of());
  }

  /**
   * A handler that answers more.
   *
   * @param more what else is answered, by path; asked from any thread
   */
  public HealthHandler(
      Supplier<Optional<Trouble>> trouble,
      PrometheusMeterRegistry metrics,
      Map<String, Supplier<ObjectNode>> more) {
    this.trouble = trouble;
    this.metrics = metrics;
    this.more = Map.copyOf(more);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (!HttpMethod.GET.is(request.getMethod())) {
      return false;
    }
    switch (Request.getPathInContext(request)) {
      case "/live" ->
          state("live", trouble.get().filter(Trouble.Dead.class::isInstance), response, callback);
      case "/ready" -> state("ready", trouble.get(), response, callback);
      case "/metrics" ->
          write(
              200,
              PROMETHEUS,
              metrics.scrape().getBytes(StandardCharsets.UTF_8),
              response,
              callback);
      default -> {
        Supplier<ObjectNode> json = more.get(Request.getPathInContext(request));
        if (json == null) {
          return false;
        }
        write(200, JSON, Json.bytes(json.get()), response, callback);
      }
    }
    return true;
  }

  private static void state(
      String word, Optional<Trouble> trouble, Response response, Callback callback) {
    ObjectNode body = Json.newObject().put("status", trouble.isEmpty() ? word : "not " + word);
    trouble.ifPresent(what -> body.put("reason", what.why()));
    write(trouble.isEmpty() ? 200 : 503, JSON, Json.bytes(body), response, callback);
  }

  private static void write(
      int status, String type, byte[] body, Response response, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}
