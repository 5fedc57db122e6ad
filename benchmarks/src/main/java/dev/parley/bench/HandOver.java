package dev.parley.bench;

import dev.parley.bench.Figure.Goal;
import dev.parley.cli.command.CommandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * P6: two dispatchers share the partitions; one is killed, or told to end, while its turns are
 * being spoken, and the endpoint tells for how long it heard nothing new of them.
 */
final class HandOver {
  private static final String PREFIX = "hand-over";

  /** A session time-out, and time to take over. */
  private static final Duration AFTER_KILL = Duration.ofSeconds(10);

  /** The drain, and time to take over. */
  private static final Duration AFTER_TERM = Duration.ofSeconds(13);

  /** A rebalance for each dispatcher that comes. */
  private static final Duration AFTER_START = Duration.ofSeconds(4);

  /** What is noticed: more than a slow chunk, less than any hand-over may take. */
  private static final long NOTICED_MILLIS = 300;

  private static final double KILL_GOAL_SECONDS = 7.5;
  private static final double PLANNED_GOAL_SECONDS = 1.5;

  private final Rig rig;
  private final Results results;
  private final Consumer<String> progress;
  private final Sizes sizes;

  HandOver(Rig rig, Results results, Consumer<String> progress) {
    this.rig = rig;
    this.results = results;
    this.progress = progress;
    this.sizes = rig.plan().sizes();
  }

  void measure() throws CommandException, InterruptedException {
    rig.topics(PREFIX);
    Part load = rig.load();
    Child first = rig.dispatcher(PREFIX);
    Child second = rig.dispatcher(PREFIX);
    rig.awaitReady(first);
    rig.awaitReady(second);
    load.ask("talk", PREFIX, sizes.handOverDialogs(), 0, 3 * sizes.handOverDialogs());
    Rig.pause(sizes.warmUp().plus(AFTER_START));
    List<Double> killed = new ArrayList<>();
    List<Double> planned = new ArrayList<>();
    for (int i = 0; i < 2 * sizes.kills(); i++) {
      boolean kill = i % 2 == 0;
      rig.endpoint().ask("mark");
      long at = System.nanoTime();
      if (kill) {
        first.kill();
      } else {
        first.terminate();
      }
      Rig.pause(kill ? AFTER_KILL : AFTER_TERM);
      List<Double> seconds = silences(at, kill);
      (kill ? killed : planned).addAll(seconds);
      progress.accept(
          "    %s: %d turns hit, p50 %.2f s, p99 %.2f s"
              .formatted(
                  kill ? "kill -9" : "SIGTERM",
                  seconds.size(),
                  Statistics.median(seconds),
                  Statistics.percentile(seconds, 99)));
      first = second;
      second = rig.dispatcher(PREFIX);
      rig.awaitReady(second);
      Rig.pause(AFTER_START);
    }
    load.ask("hush");
    rig.awaitQuiet();
    first.close();
    second.close();
    String at = "%,d dialogs, %d times".formatted(sizes.handOverDialogs(), sizes.kills());
    add("kill -9 until the turn's audio comes again, p50, " + at, killed, 50, Optional.empty());
    add(
        "kill -9 until the turn's audio comes again, p99, " + at,
        killed,
        99,
        Goal.atMost(KILL_GOAL_SECONDS));
    add("planned hand-over, longest gap of a turn, p50, " + at, planned, 50, Optional.empty());
    add(
        "planned hand-over, longest gap of a turn, p99, " + at,
        planned,
        99,
        Goal.atMost(PLANNED_GOAL_SECONDS));
    results.note(
        Row.P6,
        "%d turns were hit by a kill, %d by a planned hand-over (those with a gap of %d ms or more)"
            .formatted(killed.size(), planned.size(), NOTICED_MILLIS));
  }

  /**
   * For how long nothing new was heard, of each turn that was hit, in seconds: of a kill, of the
   * turns under way, since then; of a planned end, of every turn, from when its chunk was due.
   */
  private List<Double> silences(long at, boolean kill)
      throws CommandException, InterruptedException {
    List<Double> seconds = new ArrayList<>();
    ObjectNode answer = rig.endpoint().ask("late", NOTICED_MILLIS);
    for (JsonNode late : answer.get("late")) {
      if (kill && late.get("first").asLong() < at) {
        seconds.add((late.get("at").asLong() - at) / 1e9);
      } else if (!kill) {
        seconds.add(late.get("worst").asLong() / 1e9);
      }
    }
    return seconds;
  }

  private void add(String what, List<Double> seconds, double percent, Optional<Goal> goal) {
    double value = seconds.isEmpty() ? 0 : Statistics.percentile(seconds, percent);
    results.add(new Figure(Row.P6, what, "s", List.of(value), Optional.empty(), List.of(), goal));
  }
}
