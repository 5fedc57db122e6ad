package dev.parley.dispatcher.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TurnTimesTest {
  private final TurnTimes times = new TurnTimes();

  @Test
  void theFirstTimeCounts() {
    times.note("heard", 3);
    times.note("heard", 5);
    assertThat(times.of("heard")).isEqualTo(3);
    assertThat(times.of("closed")).isEqualTo(TurnTimes.NEVER);
  }

  @Test
  void anotherTryHasTimesOfItsOwnInATurnThatHasNot() {
    times.note("begun", 3);
    times.note("sent", 4);
    times.forgetTry();
    times.note("begun", 5);
    times.note("sent", 6);
    assertThat(times.all()).containsOnly(entryOf("begun", 3), entryOf("sent", 6));
  }

  private static Map.Entry<String, Long> entryOf(String what, long millis) {
    return Map.entry(what, millis);
  }
}
