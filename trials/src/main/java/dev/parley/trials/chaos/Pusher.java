package dev.parley.trials.chaos;

import dev.parley.protocol.Json;
import dev.parley.trials.chaos.History.Pushed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.ObjectNode;

/**
 * Has the endpoint send something by itself now and then, to one device or another: a directive
 * without a dialog id, whose messageId is noted down. A virtual thread of its own.
 */
final class Pusher implements AutoCloseable {
  /** A device is sent something every so often, on the average. */
  private static final int EVERY_MILLIS = 15_000;

  private final Endpoint endpoint;
  private final List<String> devices;
  private final RandomGenerator random;
  private final Recorder recorder;
  private final CountDownLatch stop = new CountDownLatch(1);

  Pusher(Endpoint endpoint, List<String> devices, RandomGenerator random, Recorder recorder) {
    this.endpoint = endpoint;
    this.devices = List.copyOf(devices);
    this.random = random;
    this.recorder = recorder;
    Thread.ofVirtual().name("pusher").start(this::run);
  }

  private void run() {
    int pause = Math.max(2, 2 * EVERY_MILLIS / devices.size());
    try {
      while (!stop.await(random.nextInt(pause), TimeUnit.MILLISECONDS)) {
        push(devices.get(random.nextInt(devices.size())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void push(String device) {
    String id = new UUID(random.nextLong(), random.nextLong()).toString();
    ObjectNode json = Json.newObject();
    ObjectNode directive = json.putObject("directive");
    directive
        .putObject("header")
        .put("namespace", "Clova")
        .put("name", "RenderText")
        .put("messageId", id);
    directive.putObject("payload").put("text", "of no dialog");
    long now = System.currentTimeMillis();
    recorder.pushes(id);
    if (endpoint.push(device, new String(Json.bytes(json), StandardCharsets.UTF_8))) {
      recorder.pushed(new Pushed(device, id, "Clova.RenderText", now));
    } else {
      recorder.notPushed(id);
    }
  }

  @Override
  public void close() {
    stop.countDown();
  }
}
