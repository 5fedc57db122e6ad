package dev.parley.router.delivery;

import dev.parley.protocol.Json;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.JsonNode;

/** Whole answers in JSON. */
final class Answers {
  private Answers() {}

  static void json(Response response, Callback callback, int status, JsonNode body) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.write(true, ByteBuffer.wrap(Json.bytes(body)), callback);
  }

  static void error(Response response, Callback callback, ApiError error) {
    error.headers.forEach((name, value) -> response.getHeaders().put(name, value));
    json(
        response,
        callback,
        error.status,
        Json.newObject().put("error", error.error).put("detail", error.detail()));
  }
}
