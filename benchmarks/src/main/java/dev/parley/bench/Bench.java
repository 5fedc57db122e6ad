package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Measures the rows of a plan, one after the other. One thread. */
final class Bench implements AutoCloseable {
  /** More than this is not real time any more, whatever is being measured. */
  private static final double HOPELESS_MILLIS = 1_000;

  private static final int FEWEST_DIALOGS = 20;

  private final Rig rig;
  private final Stopwatch stopwatch;
  private final Plan plan;
  private final Sizes sizes;
  private final Consumer<String> progress;
  private final Results results = new Results();

  /**
   * Starts nothing yet.
   *
   * @param progress told a line now and then
   */
  Bench(Plan plan, Consumer<String> progress) throws CommandException {
    this.plan = plan;
    this.sizes = plan.sizes();
    this.progress = progress;
    this.rig = new Rig(plan);
    this.stopwatch = new Stopwatch(rig);
  }

  /** Measures. */
  Results run() throws CommandException, InterruptedException {
    for (Transport transport : plan.transports()) {
      for (Row row : plan.rows()) {
        if (row.has(transport)) {
          progress.accept(row + (transport == Transport.TLS ? " TLS: " : ": ") + row.title());
          measure(row, transport);
        }
      }
      rig.endSides();
    }
    return results;
  }

  private void measure(Row row, Transport transport) throws CommandException, InterruptedException {
    switch (row) {
      case P1 -> cpu(transport);
      case P1B -> queue();
      case P2 -> delay(transport);
      case P4 -> mostDialogs();
      case P6 -> {
        rig.endSides();
        new HandOver(rig, stopwatch, results, progress).measure();
      }
      case P8 -> silentDialogs();
    }
  }

  private Side other(Transport transport) throws CommandException, InterruptedException {
    return plan.against().isPresent() ? rig.otherBuild(transport) : rig.floor(transport);
  }

  private String nameOfOther() {
    return plan.against().map(Build::revision).orElse("floor");
  }

  /** Another build is no goal: it is only not to be better. */
  private Rule rule(double goal) {
    return plan.against().isPresent() ? new Rule.NoWorse(true) : Rule.atMost(goal);
  }

  // ------------------------------------------------------------------------------------------- P1

  private void cpu(Transport transport) throws CommandException, InterruptedException {
    Pairs pairs = pairs(Row.P1, transport, sizes.cpuDialogs());
    results.add(
        pairs.figure(
            "dispatcher's CPU per chunk",
            "us",
            w -> w.cpuPerChunk(w.side()),
            rule(1.05),
            plan.against().isEmpty() ? pairs.withDelay() : pairs.conditions()));
    if (plan.against().isPresent()) {
      results.add(pairs.figure("delay of a chunk, p99", "ms", Window::p99, rule(1.1)));
    }
    pairs.note(results);
  }

  // ------------------------------------------------------------------------------------------ P1b

  private void queue() throws CommandException, InterruptedException {
    Side parley = rig.parleyWithRouter();
    Part direct = rig.direct();
    Pairs pairs = pairs(Row.P1B, parley, new DirectSide(direct), "direct", sizes.cpuDialogs());
    long ramp = Stopwatch.ramp(pairs.dialogs(), 0);
    Duration settle = sizes.settle().plusMillis(ramp);
    double publishing =
        Stopwatch.makingMicros(
            rig.load(), settle, sizes.window(), "talk", Load.NOWHERE, pairs.dialogs(), 0, ramp);
    double streaming =
        Stopwatch.makingMicros(direct, settle, sizes.window(), "rehearse", pairs.dialogs(), ramp);
    List<String> pipeline = List.of(Rig.LOAD, Rig.BROKER, Rig.DISPATCHER, Rig.ROUTER);
    results.add(
        pairs.figure(
            "CPU per chunk of publishing, broker, dispatcher and router",
            "us",
            w ->
                w.side().equals(Rig.DIRECT)
                    ? w.cpuPerChunk(Rig.DIRECT) - streaming
                    : pipeline.stream().mapToDouble(w::cpuPerChunk).sum() - publishing,
            Rule.SHOWN));
    results.note(
        Row.P1B,
        "taken out, for making the load: %.1f us a chunk of ours, %.1f of the other side's; no device is connected to the router"
            .formatted(publishing, streaming));
    pairs.note(results);
  }

  // ------------------------------------------------------------------------------------------- P2

  private void delay(Transport transport) throws CommandException, InterruptedException {
    Pairs pairs = pairs(Row.P2, transport, sizes.delayDialogs());
    results.add(pairs.figure("delay of a chunk, p50", "ms", Window::p50, rule(1.1)));
    results.add(pairs.figure("delay of a chunk, p99", "ms", Window::p99, rule(1.1)));
    pairs.note(results);
  }

  // ------------------------------------------------------------------------------------------- P4

  private void mostDialogs() throws CommandException, InterruptedException {
    Side parley = rig.parley(Transport.CLEAR);
    Side against = other(Transport.CLEAR);
    stopwatch.warmUp(parley, sizes.firstProbe(), 0, sizes.warmUp());
    stopwatch.warmUp(against, sizes.firstProbe(), 0, sizes.warmUp());
    MostDialogs search = new MostDialogs(sizes.firstProbe(), sizes.lastProbe(), sizes.precision());
    List<Double> ours = new ArrayList<>();
    List<Double> other = new ArrayList<>();
    for (int i = 0; i < sizes.searches(); i++) {
      ours.add((double) search(search, parley));
      other.add((double) search(search, against));
    }
    results.add(
        new Figure(
            Row.P4,
            Transport.CLEAR,
            "most real-time dialogs with p99 < 100 ms",
            "dialogs",
            ours,
            Optional.of(nameOfOther()),
            other,
            plan.against().isPresent() ? new Rule.NoWorse(false) : Rule.atLeast(1.0),
            Conditions.NONE));
  }

  private int search(MostDialogs search, Side side) throws CommandException, InterruptedException {
    int most =
        search.find(dialogs -> {
          Window window =
              results.window(
                  Row.P4, stopwatch.measure(side, dialogs, 0, sizes.settle(), sizes.probe()));
          tell(window);
          return window.carries(MostDialogs.MOST_MILLIS);
        });
    progress.accept("    " + side.name() + " carries " + most);
    return most;
  }

  // ------------------------------------------------------------------------------------------- P8

  private void silentDialogs() throws CommandException, InterruptedException {
    Side parley = rig.parley(Transport.CLEAR);
    int talking = carried(Row.P8, parley, sizes.talkingDialogs());
    int silent = (int) ((long) sizes.openDialogs() * talking / sizes.talkingDialogs()) - talking;
    progress.accept("    opening %,d dialogs".formatted(talking + silent));
    stopwatch.warmUp(parley, talking, silent, Duration.ZERO);
    List<Window> ours = new ArrayList<>();
    List<Window> other = new ArrayList<>();
    for (int i = 0; i < sizes.pairs(); i++) {
      ours.add(silentWindow(parley, talking, silent));
      other.add(silentWindow(parley, talking, 0));
    }
    Pairs pairs =
        new Pairs(
            Row.P8,
            Transport.CLEAR,
            "%,d open, all talk".formatted(talking),
            talking,
            sizes.talkingDialogs(),
            ours,
            other);
    results.add(
        pairs.figure(
            "dispatcher's CPU per second, %,d silent dialogs open,".formatted(silent),
            "ms/s",
            w -> w.cpuPerSecond(w.side()),
            Rule.atMost(1.15),
            pairs.withDelay()));
    pairs.note(results);
  }

  private Window silentWindow(Side side, int talking, int silent)
      throws CommandException, InterruptedException {
    return tell(
        results.window(
            Row.P8,
            stopwatch.measure(side, talking, silent, sizes.settle(), sizes.silentWindow())));
  }

  // ------------------------------------------------------------------------------------------ all

  private Pairs pairs(Row row, Transport transport, int wanted)
      throws CommandException, InterruptedException {
    return pairs(row, rig.parley(transport), other(transport), nameOfOther(), wanted);
  }

  private Pairs pairs(Row row, Side parley, Side other, String against, int wanted)
      throws CommandException, InterruptedException {
    int dialogs = carried(row, parley, wanted);
    stopwatch.warmUp(other, dialogs, 0, sizes.warmUp());
    List<Window> ours = new ArrayList<>();
    List<Window> theirs = new ArrayList<>();
    for (int i = 0; i < sizes.pairs(); i++) {
      ours.add(tell(results.window(row, window(parley, dialogs))));
      theirs.add(tell(results.window(row, window(other, dialogs))));
    }
    return new Pairs(row, parley.transport(), against, dialogs, wanted, ours, theirs);
  }

  /** Warms a side up, and finds out how many dialogs of those wanted this machine carries. */
  private int carried(Row row, Side side, int wanted)
      throws CommandException, InterruptedException {
    int dialogs = wanted;
    stopwatch.warmUp(side, dialogs, 0, sizes.warmUp());
    while (true) {
      Window window = stopwatch.measure(side, dialogs, 0, sizes.settle(), sizes.probe());
      if (window.carries(HOPELESS_MILLIS) || dialogs <= FEWEST_DIALOGS) {
        return dialogs;
      }
      progress.accept(
          "    this machine does not carry %,d dialogs now (%s; p99 %.0f ms)"
              .formatted(dialogs, window.lacks().orElse("late"), window.p99()));
      dialogs = Math.max(FEWEST_DIALOGS, dialogs * 2 / 3);
      results.note(row, "made smaller: the machine does not carry more at this time");
    }
  }

  private Window window(Side side, int dialogs) throws CommandException, InterruptedException {
    return stopwatch.measure(side, dialogs, 0, sizes.settle(), sizes.window());
  }

  private Window tell(Window window) {
    progress.accept(
        "    %-15s %,6d dialogs  p50 %5.1f  p99 %6.1f  first chunk's %6.1f ms  CPU us/chunk %s%s"
            .formatted(
                window.side(),
                window.talking() + window.silent(),
                window.p50(),
                window.p99(),
                window.firstP99(),
                Report.cpu(window),
                window.lacks().map(lack -> "  " + lack).orElse("")));
    return window;
  }

  @Override
  public void close() {
    rig.close();
  }
}
