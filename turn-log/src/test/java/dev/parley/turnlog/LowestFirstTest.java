package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LowestFirstTest {
  private final LowestFirst<String> numbers = new LowestFirst<>();

  @Test
  void theLowestIsAtHandWhateverComesAndGoes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<String, Long> plain = new HashMap<>();
    for (int i = 0; i < 5_000; i++) {
      String key = "k" + random.nextInt(50);
      if (random.nextInt(3) == 0) {
        numbers.set(key, OptionalLong.empty());
        plain.remove(key);
      } else {
        long number = random.nextInt(100);
        numbers.set(key, OptionalLong.of(number));
        plain.put(key, number);
      }
      assertThat(numbers.lowest().map(LowestFirst.Ranked::number))
          .as("seed %d, step %d", seed, i)
          .isEqualTo(plain.values().stream().min(Long::compare));
      assertThat(numbers.size()).isEqualTo(plain.size());
    }
  }

  @Test
  void ofEqualNumbersTheOneSetFirstComesFirst() {
    numbers.set("b", OptionalLong.of(7));
    numbers.set("a", OptionalLong.of(7));
    assertThat(numbers.lowest().orElseThrow().key()).isEqualTo("b");
  }
}
