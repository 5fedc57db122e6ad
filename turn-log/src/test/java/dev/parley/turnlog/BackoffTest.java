package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final long seed = System.nanoTime();
  private final Backoff backoff = new Backoff(FIRST, LIMIT, new Random(seed));

  @Test
  void waitsGrowUpToTheLimitAndStayThere() {
    List<Duration> waits = Stream.generate(backoff::next).limit(100).toList();
    assertThat(waits.get(0)).as("seed %d", seed).isBetween(FIRST, FIRST.multipliedBy(2));
    assertThat(waits.get(1)).as("seed %d", seed).isBetween(FIRST.multipliedBy(2), LIMIT);
    assertThat(waits.subList(3, 100))
        .as("seed %d", seed)
        .allSatisfy(wait -> assertThat(wait).isBetween(LIMIT.dividedBy(2), LIMIT));
  }

  @Test
  void thoseWhoFailTogetherDoNotComeBackTogether() {
    List<Duration> waits = Stream.generate(backoff::next).limit(100).toList();
    assertThat(waits.stream().distinct().count()).as("seed %d", seed).isGreaterThan(50);
  }

  @Test
  void aSuccessBringsTheFirstWaitBack() {
    Stream.generate(backoff::next).limit(10).forEach(wait -> {});
    backoff.reset();
    assertThat(backoff.next()).as("seed %d", seed).isBetween(FIRST, FIRST.multipliedBy(2));
  }
}
