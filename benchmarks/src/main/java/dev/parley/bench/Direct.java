package dev.parley.bench;

import dev.parley.producer.TurnRequest;
import dev.parley.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.node.ObjectNode;

/**
 * The same dialogs streamed straight to the endpoint, no Kafka: a virtual thread a device, which
 * waits until a chunk is due and writes it. Answers {@code talk TALKERS RAMP-MILLIS} and {@code
 * hush}.
 */
final class Direct implements AutoCloseable {
  private final CicClient cic;
  private final long seed;
  private final List<Device> devices = new ArrayList<>();

  /** Numbers of its own: the load counts from 0. */
  private int dialogs = 1 << 30;

  private Direct(CicClient cic, long seed) {
    this.cic = cic;
    this.seed = seed;
  }

  /** A part; its arguments are PORT DEVICES-PER-LANE SEED. */
  public static void main(String[] arguments) {
    try (Direct direct =
        new Direct(
            new CicClient(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])),
            Long.parseLong(arguments[2]))) {
      Control.serve(direct::command);
    }
  }

  private ObjectNode command(String verb, List<String> arguments) throws InterruptedException {
    switch (verb) {
      case "talk" ->
          talk(Integer.parseInt(arguments.get(0)), Long.parseLong(arguments.get(1)) * 1_000_000);
      case "hush" -> hush();
      default -> throw new IllegalArgumentException(verb);
    }
    return Json.newObject();
  }

  private void talk(int talkers, long rampNanos) {
    long start = System.nanoTime();
    for (int i = 0; i < talkers; i++) {
      devices.add(new Device(i, start, new Speaker(seed, i, rampNanos)));
    }
  }

  private void hush() throws InterruptedException {
    devices.forEach(device -> device.hushed = true);
    for (Device device : devices) {
      LockSupport.unpark(device.thread);
      device.thread.join();
    }
    devices.clear();
  }

  private synchronized int nextDialog() {
    return dialogs++;
  }

  @Override
  public void close() {
    devices.forEach(device -> device.thread.interrupt());
    cic.close();
  }

  private final class Device {
    private final int number;
    private final Speaker speaker;
    private final Thread thread;
    private long dueNanos;
    private volatile boolean hushed;

    Device(int number, long start, Speaker speaker) {
      this.number = number;
      this.speaker = speaker;
      this.dueNanos = start + speaker.phaseNanos();
      this.thread = Thread.ofVirtual().name("device-" + number).start(this::run);
    }

    private void run() {
      while (!awaitDue()) {
        int dialog = nextDialog();
        int length = speaker.nextLength();
        CicClient.Upload upload =
            cic.open(number, TurnRequest.speech(CicClient.device(number), "ko").metadata());
        for (int seq = 0; seq < length && !awaitDue(); seq++) {
          upload.chunk(Chunk.of(dueNanos, dialog, seq));
          dueNanos += Chunk.NANOS;
        }
        upload.end();
      }
    }

    /** Waits for the next chunk's time; true when there is to be none. */
    private boolean awaitDue() {
      while (!hushed && !Thread.currentThread().isInterrupted()) {
        long wait = dueNanos - System.nanoTime();
        if (wait <= 0) {
          return false;
        }
        LockSupport.parkNanos(this, wait);
      }
      return true;
    }
  }
}
