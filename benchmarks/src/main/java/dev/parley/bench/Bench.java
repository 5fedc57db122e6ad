package dev.parley.bench;

import dev.parley.bench.Figure.Goal;
import dev.parley.cli.command.CommandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** Measures the rows of a plan, one after the other. One thread. */
final class Bench implements AutoCloseable {
  /** More than this is not real time any more, whatever is being measured. */
  private static final double HOPELESS_MILLIS = 1_000;

  private static final int FEWEST_DIALOGS = 20;

  private final Rig rig;
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
  }

  /** Measures. */
  Results run() throws CommandException, InterruptedException {
    for (Row row : plan.rows()) {
      progress.accept(row + ": " + row.title());
      switch (row) {
        case P1 -> cpu();
        case P2 -> delay();
        case P4 -> mostDialogs();
        case P6 -> new HandOver(rig, results, progress).measure();
        case P8 -> silentDialogs();
      }
    }
    return results;
  }

  // ------------------------------------------------------------------------------------- P1

  private void cpu() throws CommandException, InterruptedException {
    Side parley = rig.parley();
    Side direct = rig.direct();
    int dialogs = warmUp(Row.P1, parley, sizes.cpuDialogs(), 0);
    rig.warmUp(direct, dialogs, 0, sizes.warmUp());
    List<Window> ours = new ArrayList<>();
    List<Window> other = new ArrayList<>();
    inTurn(Row.P1, parley, direct, dialogs, ours, other);
    String at = of(dialogs, sizes.cpuDialogs());
    results.add(
        new Figure(
            Row.P1,
            "dispatcher's CPU per chunk, " + at,
            "us",
            each(ours, w -> w.cpuOf(Rig.DISPATCHER)),
            Optional.of("direct"),
            each(other, w -> w.cpuOf(Rig.DIRECT)),
            Goal.atMost(1.0)));
    results.add(
        new Figure(
            Row.P1,
            "CPU of load, broker and dispatcher per chunk, " + at,
            "us",
            each(ours, Window::pipelineMicros),
            Optional.of("direct"),
            each(other, Window::pipelineMicros),
            Optional.empty()));
    delays(Row.P1, "at a delay of", ours, other);
  }

  // ------------------------------------------------------------------------------------- P2

  private void delay() throws CommandException, InterruptedException {
    Side parley = rig.parley();
    Side chain = rig.chain();
    int dialogs = warmUp(Row.P2, parley, sizes.delayDialogs(), 0);
    rig.warmUp(chain, dialogs, 0, sizes.warmUp());
    List<Window> ours = new ArrayList<>();
    List<Window> other = new ArrayList<>();
    inTurn(Row.P2, parley, chain, dialogs, ours, other);
    String at = of(dialogs, sizes.delayDialogs());
    Optional<String> against = Optional.of("bare chain");
    results.add(
        new Figure(
            Row.P2,
            "delay of a chunk, p50, " + at,
            "ms",
            each(ours, Window::p50),
            against,
            each(other, Window::p50),
            Goal.atMost(1.2)));
    results.add(
        new Figure(
            Row.P2,
            "delay of a chunk, p99, " + at,
            "ms",
            each(ours, Window::p99),
            against,
            each(other, Window::p99),
            Goal.atMost(1.2)));
  }

  // ------------------------------------------------------------------------------------- P4

  private void mostDialogs() throws CommandException, InterruptedException {
    Side parley = rig.parley();
    Side chain = rig.chain();
    rig.warmUp(parley, sizes.firstProbe(), 0, sizes.warmUp());
    rig.warmUp(chain, sizes.firstProbe(), 0, sizes.warmUp());
    MostDialogs search = new MostDialogs(sizes.firstProbe(), sizes.lastProbe(), sizes.precision());
    List<Double> ours = new ArrayList<>();
    List<Double> other = new ArrayList<>();
    for (int i = 0; i < sizes.searches(); i++) {
      ours.add((double) search(search, parley));
      other.add((double) search(search, chain));
    }
    results.add(
        new Figure(
            Row.P4,
            "most real-time dialogs with p99 < 100 ms",
            "dialogs",
            ours,
            Optional.of("bare chain"),
            other,
            Goal.atLeast(0.9)));
  }

  private int search(MostDialogs search, Side side) throws CommandException, InterruptedException {
    int most =
        search.find(dialogs -> {
          Window window =
              results.window(Row.P4, rig.measure(side, dialogs, 0, sizes.settle(), sizes.probe()));
          tell(window);
          return window.carries(MostDialogs.MOST_MILLIS);
        });
    progress.accept("    " + side.name() + " carries " + most);
    return most;
  }

  // ------------------------------------------------------------------------------------- P8

  private void silentDialogs() throws CommandException, InterruptedException {
    Side parley = rig.parley();
    int talking = warmUp(Row.P8, parley, sizes.talkingDialogs(), 0);
    int silent = (int) ((long) sizes.openDialogs() * talking / sizes.talkingDialogs()) - talking;
    // A silent dialog is heard every 8 s, and all of them must have begun.
    Duration allOpen = Duration.ofNanos(Load.SILENT_NANOS).plus(sizes.settle());
    progress.accept("    opening %,d dialogs".formatted(talking + silent));
    rig.measure(parley, talking, silent, allOpen, Duration.ofSeconds(1));
    List<Window> ours = new ArrayList<>();
    List<Window> other = new ArrayList<>();
    for (int i = 0; i < sizes.pairs(); i++) {
      ours.add(
          tell(
              results.window(
                  Row.P8, rig.measure(parley, talking, silent, allOpen, sizes.window()))));
      other.add(
          tell(
              results.window(
                  Row.P8, rig.measure(parley, talking, 0, sizes.settle(), sizes.window()))));
    }
    results.add(
        new Figure(
            Row.P8,
            "dispatcher's CPU per chunk, %,d dialogs open, %s talk"
                .formatted(talking + silent, of(talking, sizes.talkingDialogs())),
            "us",
            each(ours, w -> w.cpuOf(Rig.DISPATCHER)),
            Optional.of("%,d open, all talk".formatted(talking)),
            each(other, w -> w.cpuOf(Rig.DISPATCHER)),
            Goal.atMost(1.1)));
    delays(Row.P8, "at a delay of", ours, other);
  }

  // ------------------------------------------------------------------------------------- all

  /** Warms a side up, and finds out how many dialogs of those wanted this machine carries. */
  private int warmUp(Row row, Side side, int wanted, int silent)
      throws CommandException, InterruptedException {
    int dialogs = wanted;
    rig.warmUp(side, dialogs, silent, sizes.warmUp());
    while (true) {
      Window window = rig.measure(side, dialogs, silent, sizes.settle(), sizes.probe());
      if (window.carries(HOPELESS_MILLIS) || dialogs <= FEWEST_DIALOGS) {
        return dialogs;
      }
      progress.accept(
          "    this machine does not carry %,d dialogs now (%.0f of %.0f chunks, p99 %.0f ms)"
              .formatted(dialogs, (double) window.chunks(), window.due(), window.p99()));
      dialogs = Math.max(FEWEST_DIALOGS, dialogs * 2 / 3);
      results.note(row, "scaled down: the machine does not carry more at this time");
    }
  }

  private void inTurn(Row row, Side a, Side b, int dialogs, List<Window> ofA, List<Window> ofB)
      throws CommandException, InterruptedException {
    for (int i = 0; i < sizes.pairs(); i++) {
      ofA.add(tell(results.window(row, window(a, dialogs))));
      ofB.add(tell(results.window(row, window(b, dialogs))));
    }
  }

  private Window window(Side side, int dialogs) throws CommandException, InterruptedException {
    return rig.measure(side, dialogs, 0, sizes.settle(), sizes.window());
  }

  private Window tell(Window window) {
    progress.accept(
        "    %-10s %,6d dialogs  p50 %5.1f  p99 %6.1f  first chunk's %6.1f ms  CPU us/chunk %s%s"
            .formatted(
                window.side(),
                window.talking() + window.silent(),
                window.p50(),
                window.p99(),
                window.firstP99(),
                Report.cpu(window),
                window.carries(HOPELESS_MILLIS)
                    ? ""
                    : "  (%d of %.0f chunks)".formatted(window.chunks(), window.due())));
    return window;
  }

  private void delays(Row row, String what, List<Window> ours, List<Window> other) {
    results.note(
        row,
        "%s p50 %.1f, p99 %.1f ms; other side p50 %.1f, p99 %.1f ms; connections %d and %d"
            .formatted(
                what,
                Statistics.median(each(ours, Window::p50)),
                Statistics.median(each(ours, Window::p99)),
                Statistics.median(each(other, Window::p50)),
                Statistics.median(each(other, Window::p99)),
                ours.getLast().connections(),
                other.getLast().connections()));
  }

  private static List<Double> each(List<Window> windows, ToDoubleFunction<Window> value) {
    return windows.stream().map(value::applyAsDouble).toList();
  }

  private static String of(int dialogs, int wanted) {
    return dialogs == wanted
        ? "%,d dialogs".formatted(dialogs)
        : "%,d of %,d dialogs".formatted(dialogs, wanted);
  }

  @Override
  public void close() {
    rig.close();
  }
}
