package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/** Lets one side at a time talk, and looks at it for a while. One thread. */
final class Stopwatch {
  private static final Duration ALL_WITHIN = Duration.ofSeconds(30);

  /** When nothing has come for so long, nothing will. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private static final Duration STEP = Duration.ofMillis(100);

  private final Rig rig;
  private final Set<Child> warm = new HashSet<>();

  Stopwatch(Rig rig) {
    this.rig = rig;
  }

  /**
   * Lets a side talk, for the sake of nothing but its warmth: once for long, and then only until
   * the connections are there that more dialogs need.
   */
  void warmUp(Side side, int talking, int silent, Duration time)
      throws CommandException, InterruptedException {
    long ramp = ramp(talking, silent) * 3;
    long before = endpoint("mark").get("ever").asLong();
    side.talk(talking, silent, ramp);
    pause(warm.add(side.measured()) ? time : Duration.ofMillis(ramp));
    awaitAll(before, side.hush());
  }

  /** Lets a side talk, waits until it is steady, looks at it for a while, and hushes it. */
  Window measure(Side side, int talking, int silent, Duration settle, Duration time)
      throws CommandException, InterruptedException {
    long before = endpoint("mark").get("ever").asLong();
    long ramp = ramp(talking, silent);
    side.talk(talking, silent, ramp);
    pause(Duration.ofMillis(ramp).plus(settle));
    List<Child> processes = new ArrayList<>(side.processes());
    processes.add(rig.endpoint());
    long openBefore = endpoint("mark").get("open").asLong();
    long began = System.nanoTime();
    Map<Child, Long> cpu = cpu(processes);
    pause(time);
    Map<String, Double> used = new LinkedHashMap<>();
    for (Child process : processes) {
      used.put(process.name(), (process.cpuNanos() - cpu.getOrDefault(process, 0L)) / 1e3);
    }
    ObjectNode sum = endpoint("mark");
    double seconds = (System.nanoTime() - began) / 1e9;
    Window.Account account = awaitAll(before, side.hush());
    long chunks = sum.get("chunks").asLong();
    return new Window(
        side.name(),
        side.transport(),
        talking,
        silent,
        seconds,
        seconds * talking * 1e9 / Chunk.NANOS,
        chunks,
        sum.get("repeated").asLong(),
        account,
        Math.min(openBefore, sum.get("open").asLong()),
        sum.get("connections").asLong(),
        side.transport() == Transport.TLS ? sum.get("session").asString() : "",
        millis(sum, "p50", chunks),
        millis(sum, "p99", chunks),
        millis(sum, "max", chunks),
        millis(sum, "firstP99", chunks),
        used);
  }

  private static double millis(ObjectNode sum, String name, long chunks) {
    return chunks == 0 ? Double.NaN : sum.get(name).asLong() / 1e3;
  }

  /**
   * What a load costs by itself, in µs of CPU for each chunk: all is made when it is due, and
   * nothing sent.
   *
   * @param talk what tells the load to do so
   */
  static double makingMicros(Part load, Duration settle, Duration time, Object... talk)
      throws CommandException, InterruptedException {
    load.ask(talk);
    pause(settle);
    load.ask("count");
    long before = load.cpuNanos();
    pause(time);
    long used = load.cpuNanos() - before;
    long chunks = load.ask("count").get("chunks").asLong();
    load.ask("hush");
    return chunks == 0 ? Double.NaN : used / 1e3 / chunks;
  }

  /** Not all at once: who begins also opens a stream, or a connection. */
  static long ramp(int talking, int silent) {
    return Math.max(200, talking + silent / 2);
  }

  private static Map<Child, Long> cpu(List<Child> processes) throws CommandException {
    Map<Child, Long> cpu = new LinkedHashMap<>();
    for (Child process : processes) {
      cpu.put(process, process.cpuNanos());
    }
    return cpu;
  }

  /** Waits until all chunks that were sent have arrived and all requests ended, or none will. */
  Window.Account awaitAll(long before, Side.Said said)
      throws CommandException, InterruptedException {
    long now = System.nanoTime();
    long deadline = now + ALL_WITHIN.toNanos();
    long heard = now;
    long arrived = 0;
    while (now - deadline < 0 && now - heard < SILENCE.toNanos()) {
      ObjectNode mark = endpoint("mark");
      long come = mark.get("ever").asLong() - before;
      if (come >= said.chunks() && mark.get("open").asLong() == 0) {
        return new Window.Account(said, come);
      }
      now = System.nanoTime();
      heard = come > arrived ? now : heard;
      arrived = come;
      pause(STEP);
    }
    return new Window.Account(said, arrived);
  }

  private ObjectNode endpoint(String verb) throws CommandException, InterruptedException {
    return rig.endpoint().ask(verb);
  }

  /** A window's length is what this is for. */
  static void pause(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }
}
