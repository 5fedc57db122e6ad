package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Ten a second, one at once. */
  private final Pace<String> pace = new Pace<>(10, 0);

  private List<String> drain(long fromNanos) {
    List<String> order = new ArrayList<>();
    for (long now = fromNanos; pace.waiting() > 0; now += SECOND / 10) {
      order.addAll(pace.due(now));
    }
    return order;
  }

  @Test
  void devicesWithOpenTurnsGoFirstAndOthersInTheirOrder() {
    pace.ask("idle-1", false);
    pace.ask("idle-2", false);
    pace.ask("speaking-1", true);
    pace.ask("idle-3", false);
    pace.ask("speaking-2", true);
    assertThat(drain(0)).containsExactly("speaking-1", "speaking-2", "idle-1", "idle-2", "idle-3");
  }

  @Test
  void whoBeginsToSpeakWhileItWaitsOvertakesTheIdle() {
    pace.ask("idle-1", false);
    pace.ask("idle-2", false);
    pace.ask("idle-3", false);
    pace.hurry("idle-3");
    pace.hurry("nobody");
    assertThat(drain(0)).containsExactly("idle-3", "idle-1", "idle-2");
  }

  @Test
  void whoWaitsNoLongerTakesNoTurn() {
    pace.ask("a", true);
    pace.ask("b", false);
    pace.ask("c", false);
    pace.forget("a");
    pace.forget("b");
    assertThat(pace.due(0)).containsExactly("c");
    assertThat(pace.waiting()).isZero();
  }

  @Test
  void soManyASecondGoAndNotMore() {
    for (int i = 0; i < 100; i++) {
      pace.ask("device-" + i, false);
    }
    int gone = 0;
    for (int millis = 0; millis <= 2_000; millis++) {
      gone += pace.due(TimeUnit.MILLISECONDS.toNanos(millis)).size();
    }
    assertThat(gone).isEqualTo(21);
  }

  @Test
  void aPauseIsNotMadeUpForByMoreThanATenthOfASecond() {
    Pace<Integer> fast = new Pace<>(1_000, 0);
    for (int i = 0; i < 1_000; i++) {
      fast.ask(i, false);
    }
    assertThat(fast.due(60 * SECOND)).hasSize(100);
    assertThat(fast.due(60 * SECOND)).isEmpty();
  }

  @Test
  void itSaysHowLongTheNextHasToWait() {
    assertThat(pace.nanosToNext()).isEqualTo(Long.MAX_VALUE);
    pace.ask("a", false);
    pace.ask("b", false);
    assertThat(pace.due(0)).containsExactly("a");
    assertThat(pace.nanosToNext()).isEqualTo(SECOND / 10);
    assertThat(pace.due(SECOND / 10 - 1)).isEmpty();
    assertThat(pace.due(SECOND / 10)).containsExactly("b");
  }
}
