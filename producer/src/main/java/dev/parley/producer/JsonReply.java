package dev.parley.producer;

import dev.parley.protocol.Json;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.node.ObjectNode;

/**
 * A response of JSON.
 *
 * @param status the HTTP status
 */
record JsonReply(int status, ObjectNode body) {
  /** {@code {"error":word,"message":sentence}}. */
  static JsonReply error(int status, String error, String message) {
    return new JsonReply(status, Json.newObject().put("error", error).put("message", message));
  }

  void send(Response response, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    if (status == 503) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
    }
    response.write(true, ByteBuffer.wrap(Json.bytes(body)), callback);
  }
}
