package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class OpenTurnsTest {
  private final OpenTurns<String> open = new OpenTurns<>();

  @Test
  void withNothingOpenTheNextOffsetIsCommitted() {
    assertThat(open.commitPosition(42)).isEqualTo(42);
  }

  @Test
  void theEldestOpenTurnHoldsTheCommitEvenWhenLaterOnesSettle() {
    open.opened("a", 10);
    open.opened("b", 20);
    open.settled("b");
    assertThat(open.commitPosition(30)).isEqualTo(10);
    open.settled("a");
    assertThat(open.commitPosition(30)).isEqualTo(30);
  }

  @Test
  void aTurnThatOpensTwiceStaysAtItsFirstOffset() {
    open.opened("a", 10);
    open.opened("a", 15);
    assertThat(open.commitPosition(30)).isEqualTo(10);
    assertThat(open.size()).isEqualTo(1);
  }

  @Test
  void turnsOpenInOffsetOrder() {
    open.opened("a", 10);
    assertThatThrownBy(() -> open.opened("b", 9)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Against the plainest possible oracle: a list that is searched. */
  @RepeatedTest(20)
  void agreesWithAListThatIsSearched() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<Long> oracle = new ArrayList<>();
    for (long offset = 0; offset < 500; offset++) {
      if (oracle.isEmpty() || random.nextInt(5) < 2) {
        oracle.add(offset);
        open.opened("t" + offset, offset);
      } else {
        open.settled("t" + oracle.remove(random.nextInt(oracle.size())));
      }
      long expected = oracle.stream().mapToLong(Long::longValue).min().orElse(offset + 1);
      assertThat(open.commitPosition(offset + 1))
          .as("seed %d, offset %d", seed, offset)
          .isEqualTo(expected);
    }
  }
}
