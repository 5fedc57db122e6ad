package dev.parley.bench;

import dev.parley.producer.TurnRequest;
import dev.parley.protocol.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.node.ObjectNode;

/**
 * The same dialogs streamed straight to the endpoint, no Kafka: a virtual thread a device, which
 * waits until a chunk is due and writes it. Answers {@code talk TALKERS RAMP-MILLIS}, {@code
 * rehearse} with the same, which makes all and sends nothing, {@code count} and {@code hush}.
 */
final class Direct implements AutoCloseable {
  private final CicClient cic;
  private final long seed;
  private final List<Device> devices = new ArrayList<>();
  private final LongAdder chunks = new LongAdder();

  /** Of all chunks; told, so that those which go nowhere are made all the same. */
  private final LongAdder madeBytes = new LongAdder();

  /** Numbers of its own: the load counts from 0. */
  private int dialogs = 1 << 30;

  private Direct(CicClient cic, long seed) {
    this.cic = cic;
    this.seed = seed;
  }

  /** A part; its arguments are URL CERTIFICATE DEVICES-PER-LANE SEED. */
  public static void main(String[] arguments) throws IOException {
    try (Direct direct =
        new Direct(
            new CicClient(arguments[0], Path.of(arguments[1]), Integer.parseInt(arguments[2])),
            Long.parseLong(arguments[3]))) {
      Control.serve(direct::command);
    }
  }

  private ObjectNode command(String verb, List<String> arguments) throws InterruptedException {
    switch (verb) {
      case "talk", "rehearse" ->
          talk(
              verb.equals("rehearse"),
              Integer.parseInt(arguments.get(0)),
              Long.parseLong(arguments.get(1)) * 1_000_000);
      case "count" -> {}
      case "hush" -> hush();
      default -> throw new IllegalArgumentException(verb);
    }
    return Json.newObject().put("chunks", chunks.sumThenReset()).put("made", madeBytes.sum());
  }

  private void talk(boolean rehearsed, int talkers, long rampNanos) {
    long start = System.nanoTime();
    for (int i = 0; i < talkers; i++) {
      devices.add(new Device(i, rehearsed, start, new Speaker(seed, i, rampNanos)));
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
    private final boolean rehearsed;
    private final Speaker speaker;
    private final Thread thread;
    private long dueNanos;
    private volatile boolean hushed;

    Device(int number, boolean rehearsed, long start, Speaker speaker) {
      this.number = number;
      this.rehearsed = rehearsed;
      this.speaker = speaker;
      this.dueNanos = start + speaker.phaseNanos();
      this.thread = Thread.ofVirtual().name("device-" + number).start(this::run);
    }

    private void run() {
      while (!awaitDue()) {
        int dialog = nextDialog();
        int length = speaker.nextLength();
        byte[] metadata = TurnRequest.speech(CicClient.device(number), "ko").metadata();
        Optional<CicClient.Upload> upload =
            rehearsed ? Optional.empty() : Optional.of(cic.open(number, metadata));
        for (int seq = 0; seq < length && !awaitDue(); seq++) {
          byte[] chunk = Chunk.of(dueNanos, dialog, seq);
          madeBytes.add(chunk.length);
          upload.ifPresent(open -> open.chunk(chunk));
          chunks.increment();
          dueNanos += Chunk.NANOS;
        }
        upload.ifPresent(CicClient.Upload::end);
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
