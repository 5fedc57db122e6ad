package dev.parley.trials.chaos;

import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.trials.chaos.EventStream.Event;
import dev.parley.trials.chaos.History.Acknowledged;
import dev.parley.trials.chaos.History.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device's stream from the router, kept open, on a virtual thread of its own: notes down what
 * comes, has attachments fetched, and acknowledges each turn's end.
 */
final class Ear implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ear.class);
  private static final long PAUSE_MILLIS = 200;
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(5);

  private final HttpClient http;
  private final URI device;
  private final String name;
  private final Recorder recorder;
  private final Fetches fetches;
  private final Consumer<Told> listener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch listening = new CountDownLatch(1);
  private final Thread thread;
  private volatile InputStream current = InputStream.nullInputStream();
  private String cursor = "";
  private int stream;
  private int told;

  /** Told on the ear's thread, in order. */
  Ear(
      HttpClient http,
      URI router,
      String device,
      Recorder recorder,
      Fetches fetches,
      Consumer<Told> listener) {
    this.http = http;
    this.device = router.resolve("/v1/devices/" + device + "/");
    this.name = device;
    this.recorder = recorder;
    this.fetches = fetches;
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
        if (closed.getCount() == 0) {
          return;
        }
        boolean taken = response.statusCode() == 200;
        if (!cursor.isEmpty()) {
          recorder.acknowledged(new Acknowledged(name, cursor, told, taken));
        }
        if (taken) {
          take(events);
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

  private void take(EventStream events)
      throws IOException, MalformedException, InterruptedException {
    stream++;
    listening.countDown();
    long opened = System.currentTimeMillis();
    try {
      for (var event = events.next(); event.isPresent(); event = events.next()) {
        take(event.get());
      }
    } finally {
      recorder.stream(new Stream(name, stream, opened, System.currentTimeMillis()));
    }
  }

  private void take(Event event) throws MalformedException, IOException, InterruptedException {
    if (!event.id().isEmpty()) {
      cursor = event.id();
    }
    TellingText text = new TellingText(name, stream, event);
    Optional<Told> heard = text.told();
    if (heard.isEmpty()) {
      return; // The end of a stream, which is opened again.
    }
    told++;
    recorder.told(heard.get());
    listener.accept(heard.get());
    text.offered()
        .forEach((attachment, path) -> fetches.fetch(name, heard.get().turn(), attachment, path));
    if (heard.get() instanceof Told.Closed) {
      acknowledge();
    }
  }

  private void acknowledge() throws IOException, InterruptedException {
    byte[] body = Json.bytes(Json.newObject().put("cursor", Long.parseLong(cursor)));
    HttpRequest request =
        HttpRequest.newBuilder(device.resolve("acks"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    boolean taken = false;
    try {
      taken = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 204;
    } finally {
      recorder.acknowledged(new Acknowledged(name, cursor, told, taken));
    }
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

  /** Back when it has noted down its last stream, or soon. */
  void awaitClosed() throws InterruptedException {
    var _ = thread.join(CLOSED_WITHIN);
  }
}
