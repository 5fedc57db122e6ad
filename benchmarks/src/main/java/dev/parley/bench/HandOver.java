package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * P6: two dispatchers share the partitions; one is killed, or told to end, while its turns are
 * being spoken, and the endpoint tells what became of each.
 */
final class HandOver {
  private static final String PREFIX = "hand-over";

  /** A turn that is not whole by then never comes back. */
  private static final Duration NEVER_AFTER = Duration.ofSeconds(30);

  /** A rebalance for each dispatcher that comes. */
  private static final Duration AFTER_START = Duration.ofSeconds(4);

  private static final Duration STEP = Duration.ofMillis(250);

  private static final double KILL_GOAL_SECONDS = 7.5;
  private static final double PLANNED_GOAL_SECONDS = 1.5;

  /** A dispatcher and the endpoint's port by which it comes. */
  private record Owner(ParleyProcess process, int port) {}

  private final Rig rig;
  private final Stopwatch stopwatch;
  private final Results results;
  private final Consumer<String> progress;
  private final Sizes sizes;

  HandOver(Rig rig, Stopwatch stopwatch, Results results, Consumer<String> progress) {
    this.rig = rig;
    this.stopwatch = stopwatch;
    this.results = results;
    this.progress = progress;
    this.sizes = rig.plan().sizes();
  }

  void measure() throws CommandException, InterruptedException {
    rig.topics(PREFIX);
    Part load = rig.load();
    Owner first = owner();
    Owner second = owner();
    first.process().awaitReady();
    second.process().awaitReady();
    long before = rig.endpoint().ask("mark").get("ever").asLong();
    load.ask("talk", PREFIX, sizes.handOverDialogs(), 0, 3 * sizes.handOverDialogs());
    Stopwatch.pause(sizes.warmUp().plus(AFTER_START));
    List<Fate> killed = new ArrayList<>();
    List<Fate> planned = new ArrayList<>();
    for (int i = 0; i < 2 * sizes.kills(); i++) {
      boolean kill = i % 2 == 0;
      List<Fate> fates = strike(first, kill);
      (kill ? killed : planned).addAll(fates);
      progress.accept("    " + (kill ? "kill -9: " : "SIGTERM: ") + told(fates));
      rig.end(first.process());
      first = second;
      second = owner();
      second.process().awaitReady();
      Stopwatch.pause(AFTER_START);
    }
    Window.Account account = stopwatch.awaitAll(before, KafkaSide.hush(load));
    rig.end(first.process());
    rig.end(second.process());
    String at = "%,d dialogs, %d times".formatted(sizes.handOverDialogs(), sizes.kills());
    figures(killed, "kill -9 until the turn's audio comes again", at, KILL_GOAL_SECONDS)
        .forEach(results::add);
    figures(planned, "planned hand-over, a turn's longest gap", at, PLANNED_GOAL_SECONDS)
        .forEach(results::add);
    results.note(Row.P6, "kills: " + told(killed));
    results.note(Row.P6, "planned: " + told(planned));
    results.note(
        Row.P6,
        "of %,d chunks in all, %,d never arrived"
            .formatted(account.said().chunks(), account.missing()));
  }

  private Owner owner() throws CommandException, InterruptedException {
    int port = rig.endpointPort(Transport.CLEAR);
    return new Owner(rig.dispatcher(PREFIX, port), port);
  }

  /** Takes an owner away, and waits until every turn that was open is whole, or never will be. */
  private List<Fate> strike(Owner leaver, boolean kill)
      throws CommandException, InterruptedException {
    List<Object> watch = new ArrayList<>(List.of("watch", leaver.port(), kill));
    JsonNode open = rig.load().ask("open").get("turns");
    long at = System.nanoTime();
    if (kill) {
      leaver.process().kill();
    } else {
      leaver.process().terminate();
    }
    watch.add(at);
    open.forEach(turn -> watch.add(turn.asString()));
    rig.endpoint().ask(watch.toArray());
    while (rig.endpoint().ask("pending").get("pending").asLong() > 0
        && System.nanoTime() - at < NEVER_AFTER.toNanos()) {
      Stopwatch.pause(STEP);
    }
    List<Fate> fates = new ArrayList<>();
    rig.endpoint().ask("fates").get("fates").forEach(fate -> fates.add(Fate.of(fate)));
    return fates;
  }

  /** The figures of all turns that the owners had which went; none counts as nothing. */
  static List<Figure> figures(List<Fate> fates, String what, String at, double goal) {
    List<Double> seconds = seconds(fates, true);
    Optional<String> failure =
        seconds.isEmpty()
            ? Optional.of("no turn was open")
            : seconds.stream().allMatch(s -> s == Fate.NEVER)
                ? Optional.of("no turn came back")
                : Optional.empty();
    return Stream.of(50, 99)
        .map(percent ->
            new Figure(
                Row.P6,
                Transport.CLEAR,
                "%s, p%d of %,d turns, %s".formatted(what, percent, seconds.size(), at),
                "s",
                seconds.isEmpty() ? List.of() : List.of(Statistics.percentile(seconds, percent)),
                Optional.empty(),
                List.of(),
                percent == 99 ? Rule.atMost(goal) : Rule.SHOWN,
                new Conditions(failure, Optional.empty(), Optional.empty())))
        .toList();
  }

  /** What became of these turns, in words. */
  static String told(List<Fate> fates) {
    List<Double> leavers = seconds(fates, true);
    List<Double> others = seconds(fates, false);
    return "%d turns of who went: p50 %s, p99 %s, longest %s s; %d of others': p99 %s s; never whole %d; uploaded twice %d"
        .formatted(
            leavers.size(),
            percentile(leavers, 50),
            percentile(leavers, 99),
            percentile(leavers, 100),
            others.size(),
            percentile(others, 99),
            fates.stream().filter(Fate::isMissed).count(),
            fates.stream().filter(Fate::twice).count());
  }

  private static String percentile(List<Double> seconds, int percent) {
    return seconds.isEmpty() ? "-" : Figure.number(Statistics.percentile(seconds, percent));
  }

  private static List<Double> seconds(List<Fate> fates, boolean leavers) {
    return fates.stream().filter(fate -> fate.leavers() == leavers).map(Fate::seconds).toList();
  }
}
