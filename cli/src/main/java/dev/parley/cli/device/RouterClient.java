package dev.parley.cli.device;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.log.Logging;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What a device asks of a router. For any thread; each call blocks. */
public final class RouterClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(15);
  private static final int TRIES = 3;

  private final URI router;
  private final String device;
  private final Optional<String> token;
  private final HttpClient http;

  /**
   * Connects to nothing yet.
   *
   * @param token what the device shows to the router, if it asks for one
   */
  public RouterClient(URI router, String device, Optional<String> token) {
    this.router = router;
    this.device = device;
    this.token = token;
    // The cleartext upgrade to HTTP/2 would gain nothing for a handful of requests.
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  /** An attachment that was fetched to its end. */
  public record Fetched(
      String contentId, String path, String contentType, long length, String sha256) {}

  /**
   * Opens the device's stream for a dialog.
   *
   * @param after goes on after this cursor; empty for the beginning
   * @return empty when the router asks to come back in a moment
   * @throws IOException when the connection breaks
   * @throws CommandException when the router cannot be reached or refuses
   */
  Optional<InputStream> open(String dialog, String after)
      throws IOException, CommandException, InterruptedException {
    HttpRequest.Builder request =
        request("directives?dialog=" + dialog).header("Accept", "text/event-stream");
    if (!after.isEmpty()) {
      request.header("Last-Event-ID", after);
    }
    HttpResponse<InputStream> response = send(request.timeout(ANSWER).build());
    if (response.statusCode() == 200) {
      return Optional.of(response.body());
    }
    if (response.statusCode() == 503) {
      response.body().close();
      return Optional.empty();
    }
    throw refused(response);
  }

  /** Fetches an attachment, waiting for what is still to come of it. */
  Fetched fetch(String contentId, String path)
      throws IOException, CommandException, InterruptedException {
    for (int tried = 1; ; tried++) {
      try {
        return fetchOnce(contentId, path);
      } catch (IOException e) {
        if (tried == TRIES) {
          throw e;
        }
      }
    }
  }

  private Fetched fetchOnce(String contentId, String path)
      throws IOException, CommandException, InterruptedException {
    HttpResponse<InputStream> response =
        send(authorized(HttpRequest.newBuilder(router.resolve(path))).build());
    try (InputStream in = response.body()) {
      if (response.statusCode() != 200) {
        throw refused(response);
      }
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[16 * 1024];
      long length = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
        length += read;
      }
      String type = response.headers().firstValue("content-type").orElse("");
      return new Fetched(contentId, path, type, length, HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Tells the router that this has been dealt with. */
  void acknowledge(ObjectNode what) throws IOException, CommandException, InterruptedException {
    HttpRequest request =
        request("acks")
            .header("Content-Type", "application/json")
            .timeout(ANSWER)
            .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(what)))
            .build();
    HttpResponse<InputStream> response = send(request);
    try (InputStream _ = response.body()) {
      if (response.statusCode() >= 300) {
        throw refused(response);
      }
    }
  }

  private HttpRequest.Builder request(String what) {
    return authorized(HttpRequest.newBuilder(router.resolve("/v1/devices/" + device + "/" + what)));
  }

  private HttpRequest.Builder authorized(HttpRequest.Builder request) {
    token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    return request;
  }

  private HttpResponse<InputStream> send(HttpRequest request)
      throws IOException, CommandException, InterruptedException {
    try {
      return http.send(request, BodyHandlers.ofInputStream());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new CommandException(
          "the router at "
              + router
              + " cannot be reached. Start one with ./parley router, or give --router URL.",
          e);
    }
  }

  private CommandException refused(HttpResponse<InputStream> response) throws IOException {
    String detail = "";
    try (InputStream body = response.body()) {
      detail = ": " + Json.text(Json.object(body.readNBytes(8 * 1024)), "detail", "");
    } catch (MalformedException e) {
      detail = ": " + Logging.inOneLine(e);
    }
    return new CommandException(
        "the router at " + router + " answers " + response.statusCode() + detail);
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
