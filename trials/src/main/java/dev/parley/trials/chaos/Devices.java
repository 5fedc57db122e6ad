package dev.parley.trials.chaos;

import dev.parley.producer.SpeechPublisher;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The devices of a run, with all that they and the endpoint do by themselves. One thread. */
final class Devices implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<SimulatedDevice> devices = new ArrayList<>();
  private final Fetches fetches;
  private final Pusher pusher;

  /** Devices that speak from now on. */
  Devices(
      int number,
      SplittableRandom random,
      SpeechPublisher publisher,
      Recorder recorder,
      URI router,
      Endpoint endpoint) {
    fetches = new Fetches(http, router, recorder);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      String name = "device-%04d".formatted(i);
      names.add(name);
      recorder.device(Endpoint.client(name).digest(), name);
      devices.add(
          new SimulatedDevice(name, random.split(), publisher, recorder, http, router, fetches));
    }
    pusher = new Pusher(endpoint, names, random.split(), recorder);
  }

  /** Nobody begins anything more. */
  void hush() {
    pusher.close();
    devices.forEach(SimulatedDevice::hush);
  }

  /** Whether each attachment has come, or broken off. */
  boolean haveFetched() {
    return fetches.underWay() == 0;
  }

  @Override
  public void close() {
    hush();
    devices.forEach(SimulatedDevice::close);
    http.shutdownNow();
    fetches.close();
    try {
      for (SimulatedDevice device : devices) {
        device.awaitClosed();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
