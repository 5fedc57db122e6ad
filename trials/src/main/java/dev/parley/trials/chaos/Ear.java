package dev.parley.trials.chaos;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.EventStream.Event;
import dev.parley.trials.chaos.History.Told;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** A device's stream from the router, kept open, on a virtual thread of its own. */
final class Ear implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ear.class);
  private static final long PAUSE_MILLIS = 200;

  private final HttpClient http;
  private final URI device;
  private final String name;
  private final Consumer<Told> listener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch listening = new CountDownLatch(1);
  private final Thread thread;
  private volatile InputStream current = InputStream.nullInputStream();
  private String cursor = "";
  private int stream;

  /** Told on the ear's thread, in order. */
  Ear(HttpClient http, URI router, String device, Consumer<Told> listener) {
    this.http = http;
    this.device = router.resolve("/v1/devices/" + device + "/");
    this.name = device;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("ear-" + device).start(this::run);
  }

  /** Back when the router has taken the first stream, or the ear is closed. */
  void awaitOpen() throws InterruptedException {
    listening.await();
  }

  private void run() {
    try {
      while (closed.getCount() > 0) {
        listen();
        if (closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void listen() throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(device.resolve("directives")).header("Accept", "text/event-stream");
    if (!cursor.isEmpty()) {
      request.header("Last-Event-ID", cursor);
    }
    try {
      HttpResponse<InputStream> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      current = response.body();
      try (EventStream events = new EventStream(response.body())) {
        if (response.statusCode() != 200 || closed.getCount() == 0) {
          return;
        }
        stream++;
        listening.countDown();
        for (var event = events.next(); event.isPresent(); event = events.next()) {
          take(event.get());
        }
      }
    } catch (IOException e) {
      if (closed.getCount() > 0) {
        LOG.debug("device {}: its stream broke: {}", name, e.toString());
      }
    } catch (MalformedException e) {
      LOG.warn("device {}: an event that can't be read: {}", name, e.getMessage());
    }
  }

  private void take(Event event) throws MalformedException, IOException, InterruptedException {
    ObjectNode json = Json.object(event.data().getBytes(StandardCharsets.UTF_8));
    if (!event.id().isEmpty()) {
      cursor = event.id();
    }
    switch (event.name()) {
      case "directive" -> {
        Directive directive = Directive.parse(Json.bytes(json));
        listener.accept(
            new Told.Directive(
                name,
                stream,
                Json.text(json, "turn", ""),
                directive.header().dialogRequestId(),
                directive.header().messageId(),
                directive.header().fullName(),
                Json.text(json, "source", "cic").equals("parley")));
      }
      case "turn-closed" -> {
        listener.accept(
            new Told.Closed(
                name,
                stream,
                Json.text(json, "turn"),
                Attempt.parse(Json.text(json, "attempt")),
                status(Json.text(json, "status"))));
        acknowledge();
      }
      default -> {
        // Attachments are not fetched; an ended stream is opened again.
      }
    }
  }

  private static TurnStatus status(String word) throws MalformedException {
    return Arrays.stream(TurnStatus.values())
        .filter(s -> s.toString().equals(word))
        .findFirst()
        .orElseThrow(() -> new MalformedException("no status: " + word));
  }

  private void acknowledge() throws IOException, InterruptedException {
    byte[] body = Json.bytes(Json.newObject().put("cursor", Long.parseLong(cursor)));
    HttpRequest request =
        HttpRequest.newBuilder(device.resolve("acks"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    var _ = http.send(request, HttpResponse.BodyHandlers.discarding());
  }

  @Override
  public void close() {
    closed.countDown();
    listening.countDown();
    try {
      current.close();
    } catch (IOException e) {
      LOG.debug("device {}: closing its stream: {}", name, e.toString());
    }
    thread.interrupt();
  }
}
