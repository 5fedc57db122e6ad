package dev.parley.demo;

import dev.parley.cli.device.DeviceEvent;
import dev.parley.producer.Ack;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How long each step of a turn took, from the broker's, the dispatcher's and the device's clocks,
 * which are the same machine's.
 */
final class Latencies {
  private OptionalLong stopCaptureHeard = OptionalLong.empty();
  private OptionalLong answerHeard = OptionalLong.empty();

  /** A step and its milliseconds. */
  record Step(String name, long millis) {}

  void stopCapture(long nowMillis) {
    stopCaptureHeard = OptionalLong.of(nowMillis);
  }

  void answer(long nowMillis) {
    if (answerHeard.isEmpty()) {
      answerHeard = OptionalLong.of(nowMillis);
    }
  }

  /** The steps whose beginning and end are known, in their order. */
  List<Step> steps(List<Ack> chunks, DeviceEvent.TurnClosed closed) {
    OptionalLong firstChunk =
        chunks.isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(chunks.getFirst().timestampMillis());
    List<Step> steps = new ArrayList<>();
    add(steps, "first chunk, from Kafka to the request", firstChunk, closed.time("firstAudio"));
    add(steps, "StopCapture, from CIC to the device", closed.time("stopCapture"), stopCaptureHeard);
    add(
        steps,
        "StopCapture to the end of the request",
        closed.time("stopCapture"),
        closed.time("sent"));
    add(
        steps,
        "end of the request to the first directive",
        closed.time("sent"),
        closed.time("firstDirective"));
    add(
        steps,
        "first directive, from CIC to the device",
        closed.time("firstDirective"),
        answerHeard);
    return List.copyOf(steps);
  }

  private static void add(List<Step> steps, String name, OptionalLong from, OptionalLong to) {
    if (from.isPresent() && to.isPresent()) {
      steps.add(new Step(name, Math.max(0, to.getAsLong() - from.getAsLong())));
    }
  }
}
