package dev.parley.trials.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever the interleaving, what was promised holds; and what breaks a promise is seen. {@code
 * -Dmodel.seed=N} lives one world again and tells its story if it fails, {@code -Dmodel.first=N
 * -Dmodel.worlds=N} tries others.
 */
class LedgerRulesModelTest {
  private static final int STEPS = 500;
  private static final long FIRST = Long.getLong("model.first", 0);
  private static final int WORLDS = Integer.getInteger("model.worlds", 1_500);

  /** Beside the same ones as always, some that nobody has lived in yet. */
  private static final int NEW_WORLDS = 200;

  /** A world in which one of these never happens would prove little. */
  private static final String[] EXPECTED = {
    "speech gap",
    "ledger gap",
    "metadata dropped",
    "says begin",
    "says audio",
    "says end",
    "says cancel",
    "says duplicate",
    "says lost-record",
    "says second-begin",
    "says foreign-source",
    "claim lost",
    "starts over: owner N has claimed the partition",
    "starts over: the ledger can't be written",
    "tried again",
    "shows of CIC: Failed",
    "shows of CIC: Refused",
    "shows of CIC: Reached",
    "shows of CIC: Served",
    "goes ahead to see",
    "another partition goes ahead to see",
    "inputs replayed",
    "comes again",
    "superseded",
    "answered in full and heard in part",
    "finishes turns",
    "former owner's TurnSent",
    "former owner's DirectiveReceived",
    "former owner's TurnClosed",
    "released, then answered",
    "released, then interrupted",
    "zombie's Owner",
    "zombie's Release",
    "former owner's Renewal",
    "taken back",
    "taken back too late",
    "zombie's TurnBegun",
    "zombie's TurnSent",
    "zombie's DirectiveReceived",
    "zombie's AttachmentBegun",
    "zombie's AttachmentEnded",
    "zombie's TurnClosed",
    "set aside: second-begin",
    "set aside: foreign-source",
    "passed over: repeated",
    "passed over: closed-before",
    "passed over: no-begin",
    "passed over: after-stop",
    "ended by end",
    "ended by stop-capture",
    "closed: answered",
    "closed: answered-early",
    "closed: bad-metadata",
    "closed: barge-in",
    "closed: cancelled",
    "closed: cic-400",
    "closed: cic-500",
    "closed: cic-unreachable",
    "closed: expired",
    "closed: gap",
    "closed: idle-timeout",
    "closed: interrupted",
    "closed: overloaded",
    "closed: poison",
    "closed: stream-reset",
    "closed: response-timeout",
    "closed: speech-gone",
    "closed: upload-timeout",
    "discarded: other-attempt",
    "discarded: superseded",
    "discarded: aborted"
  };

  @Test
  void promisesHoldInEveryWorldAndEverythingHappens() {
    Long only = Long.getLong("model.seed");
    if (only != null) {
      World world = World.run(only, STEPS, Plant.NONE, true);
      assertThat(world.violations).as(String.join("\n", world.trace)).isEmpty();
      return;
    }
    Map<String, Integer> happened = lives(FIRST, WORLDS);
    assertThat(happened).containsKeys(EXPECTED);
    assertThat(happened)
        .containsKeys(Stream.of(Happening.values()).map(Happening::name).toArray(String[]::new));
  }

  @Test
  void promisesHoldInWorldsThatNobodyHasLivedInYet() {
    long first = ThreadLocalRandom.current().nextLong(1_000_000, 1_000_000_000_000L);
    System.out.printf(
        "New worlds: -Dmodel.first=%d -Dmodel.worlds=%d lives them again.%n", first, NEW_WORLDS);
    var _ = lives(first, NEW_WORLDS);
  }

  /** What happened in these worlds, and how often; fails when a promise was broken in one. */
  private static Map<String, Integer> lives(long first, int worlds) {
    Map<String, Integer> happened = new TreeMap<>();
    List<Long> failed = new ArrayList<>();
    for (long seed = first; seed < first + worlds; seed++) {
      World world = live(seed, STEPS, Plant.NONE, false);
      world.happened.forEach((what, times) -> happened.merge(what, times, Integer::sum));
      if (!world.violations.isEmpty()) {
        failed.add(seed);
      }
    }
    if (!failed.isEmpty()) {
      fail(failed.size() + " of " + worlds + " worlds failed: " + failed + "\n" + story(failed));
    }
    return happened;
  }

  private static World live(long seed, int steps, Plant plant, boolean tracing) {
    try {
      return World.run(seed, steps, plant, tracing);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ", " + steps + " steps: " + e, e);
    }
  }

  /** The shortest story among those of the failed seeds. */
  private static String story(List<Long> failed) {
    Optional<World> shortest = Optional.empty();
    String name = "";
    int least = STEPS;
    for (long seed : failed.subList(0, Math.min(20, failed.size()))) {
      for (int steps = 5; steps <= least; steps += 5) {
        World world = live(seed, steps, Plant.NONE, true);
        if (!world.violations.isEmpty()) {
          shortest = Optional.of(world);
          least = steps - 1;
          name = "seed " + seed + ", " + steps + " steps: " + world.violations + "\n";
          break;
        }
      }
    }
    return name + shortest.map(w -> String.join("\n", w.trace)).orElse("");
  }

  @ParameterizedTest
  @CsvSource({
    "COMMITS_ALL_THAT_WAS_READ, commit [0-9]+ passes .*",
    "ROUTER_IGNORES_CLAIMS, .* (what does not count|another end than the ledger's).*",
    "BLIND_TAKE_OVER, .* is closed again at .*"
  })
  void aPlantedFaultIsSeen(Plant plant, String as) {
    List<String> violations = new ArrayList<>();
    for (long seed = FIRST; seed < FIRST + 200; seed++) {
      violations.addAll(live(seed, STEPS, plant, false).violations);
    }
    assertThat(violations).anyMatch(v -> v.matches(as));
  }
}
