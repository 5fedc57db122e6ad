package dev.parley.router.delivery;

import dev.parley.protocol.Ids;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.router.queue.Discard;
import dev.parley.router.queue.Input;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What devices may ask for, below {@code /v1/devices/}. Each request has a virtual thread of its
 * own, which may block.
 */
final class DeviceApi extends Handler.Abstract {
  private static final Logger log = LoggerFactory.getLogger(DeviceApi.class);
  private static final int MAX_BODY = 64 * 1024;

  private final Devices devices;
  private final Authorizer authorizer;
  private final DeliveryConfig config;
  private final StreamResponse streams;
  private final AttachmentResponse attachments;

  DeviceApi(
      Devices devices,
      Pieces pieces,
      Authorizer authorizer,
      DeliveryConfig config,
      DeliveryMetrics metrics) {
    this.devices = devices;
    this.authorizer = authorizer;
    this.config = config;
    this.streams = new StreamResponse(devices, config, metrics);
    this.attachments = new AttachmentResponse(pieces, config, metrics);
  }

  void stop(Outlet.End why) {
    streams.endAll(why);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    // "", "v1", "devices", device, what[, name]
    String[] path = Request.getPathInContext(request).split("/", -1);
    if (path.length < 5 || !path[1].equals("v1") || !path[2].equals("devices")) {
      return false;
    }
    try {
      answer(path, request, response, callback);
    } catch (ApiError e) {
      Answers.error(response, callback, e);
    } catch (InterruptedException e) {
      Answers.error(response, callback, ApiError.comeBack("stopping", "the router stops"));
    } catch (IOException | RuntimeException e) {
      if (response.isCommitted() || e instanceof IOException) {
        log.debug("a device went away: {}", e.toString());
        callback.failed(e);
      } else {
        log.error("request failed", e);
        Answers.error(
            response, callback, new ApiError(500, "internal", "the router's log says more"));
      }
    }
    return true;
  }

  private void answer(String[] path, Request request, Response response, Callback callback)
      throws ApiError, InterruptedException, IOException {
    String device = path[3];
    if (!Ids.isValid(device)) {
      throw ApiError.badRequest("a device id is 1 to 64 of the characters A-Z a-z 0-9 . _ -");
    }
    Optional<String> authorization =
        Optional.ofNullable(request.getHeaders().get(HttpHeader.AUTHORIZATION));
    if (!authorizer.mayActAs(device, authorization)) {
      throw new ApiError(
          401,
          "unauthorized",
          "the Authorization header does not name this device's token",
          Map.of("WWW-Authenticate", "Bearer"));
    }
    switch (path[4] + "/" + (path.length - 5)) {
      case "directives/0" -> {
        method(request, "GET");
        streams.write(device, after(request), dialog(request), request, response, callback);
      }
      case "acks/0" -> {
        method(request, "POST");
        acknowledge(device, request);
        response.setStatus(204);
        response.write(true, null, callback);
      }
      case "discards/0" -> {
        method(request, "GET");
        List<Discard> discards = await(devices.discards(device, dialog(request)));
        Answers.json(response, callback, 200, json(discards));
      }
      case "attachments/1" -> {
        method(request, "GET");
        String name = path[5];
        attachments.write(
            device,
            await(devices.attachment(device, Ids.isValid(name) ? name : "-"))
                .orElseThrow(
                    () -> ApiError.notFound("this device has been told of no such attachment")),
            request,
            response,
            callback);
      }
      default -> throw ApiError.notFound("there is directives, acks, discards, attachments/NAME");
    }
  }

  private static void method(Request request, String wanted) throws ApiError {
    if (!request.getMethod().equals(wanted)) {
      throw new ApiError(
          405, "method", "only " + wanted + " is possible here", Map.of("Allow", wanted));
    }
  }

  private <T> T await(CompletableFuture<T> answer) throws ApiError, InterruptedException {
    return await(answer, config);
  }

  static <T> T await(CompletableFuture<T> answer, DeliveryConfig config)
      throws ApiError, InterruptedException {
    try {
      return answer.get(config.answer().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw ApiError.comeBack("moving", "the device's partition is on its way to another router");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NotOwnedException notOwned) {
        String detail = notOwned.getMessage();
        throw ApiError.comeBack("not-owned", detail == null ? "another router has it" : detail);
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Optional<String> query(Request request, String name) {
    Fields fields = Request.extractQueryParameters(request, StandardCharsets.UTF_8);
    return Optional.ofNullable(fields.getValue(name)).filter(value -> !value.isEmpty());
  }

  private static Optional<String> dialog(Request request) throws ApiError {
    Optional<String> dialog = query(request, "dialog");
    if (dialog.isPresent() && !Ids.isValid(dialog.get())) {
      throw ApiError.badRequest("dialog is no valid dialogRequestId");
    }
    return dialog;
  }

  /** {@code Last-Event-ID}, which the client keeps up to date, before {@code ?after=}. */
  private static OptionalLong after(Request request) throws ApiError {
    Optional<String> text =
        Optional.ofNullable(request.getHeaders().get("Last-Event-ID"))
            .filter(value -> !value.isEmpty())
            .or(() -> query(request, "after"));
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text.get()));
    } catch (NumberFormatException e) {
      throw ApiError.badRequest("a cursor is a whole number, as in the id lines of the stream");
    }
  }

  private void acknowledge(String device, Request request)
      throws ApiError, InterruptedException, IOException {
    ObjectNode body;
    try (InputStream in = Request.asInputStream(request)) {
      byte[] bytes = in.readNBytes(MAX_BODY + 1);
      if (bytes.length > MAX_BODY) {
        throw new ApiError(413, "too-large", "an acknowledgement has at most " + MAX_BODY);
      }
      body = Json.object(bytes);
      if (!body.has("cursor") && !body.has("messageIds")) {
        throw new MalformedException("there must be \"cursor\", \"messageIds\" or both");
      }
      if (body.has("messageIds")) {
        await(
            devices.acknowledge(
                device, new Input.MessagesAcknowledged(texts(body.get("messageIds")))));
      }
      if (body.has("cursor")) {
        String dialog = Json.text(body, "dialog", "");
        await(
            devices.acknowledge(
                device,
                new Input.Acknowledged(
                    Json.number(body, "cursor"),
                    dialog.isEmpty() ? Optional.empty() : Optional.of(dialog))));
      }
    } catch (MalformedException e) {
      String why = e.getMessage();
      throw ApiError.badRequest(why == null ? "not JSON" : why);
    }
  }

  private static Set<String> texts(JsonNode list) throws MalformedException {
    if (!list.isArray()) {
      throw new MalformedException("\"messageIds\" is not a list");
    }
    Set<String> texts = new HashSet<>();
    for (JsonNode text : list) {
      if (!text.isString()) {
        throw new MalformedException("\"messageIds\" has something that is no string");
      }
      texts.add(text.stringValue());
    }
    return texts;
  }

  private static ObjectNode json(List<Discard> discards) {
    ObjectNode body = Json.newObject();
    ArrayNode list = body.putArray("discards");
    for (Discard d : discards) {
      ObjectNode json = list.addObject();
      json.put("reason", d.reason().toString());
      json.put("messageId", d.messageId());
      json.put("name", d.name());
      d.dialog().ifPresent(dialog -> json.put("dialogRequestId", dialog));
      d.turn().ifPresent(turn -> json.put("turn", turn.message()));
      json.put("offset", d.offset());
      json.put("millis", d.millis());
    }
    return body;
  }
}
