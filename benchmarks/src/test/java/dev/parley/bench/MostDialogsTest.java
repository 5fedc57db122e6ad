package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MostDialogsTest {
  @ParameterizedTest
  @ValueSource(ints = {60, 499, 500, 501, 1_234, 3_000})
  void findsTheMostWithinItsPrecisionAndNeverMore(int carried) throws Exception {
    int found = new MostDialogs(500, 10_000, 0.05).find(dialogs -> dialogs <= carried);
    assertThat(found).isBetween((int) (carried * 0.94), carried);
  }

  @Test
  void oneFailureIsNoFailure() throws Exception {
    Set<Integer> tried = new HashSet<>();
    int found =
        new MostDialogs(100, 10_000, 0.05).find(dialogs -> !tried.add(dialogs) && dialogs <= 400);
    assertThat(found).isBetween(376, 400);
  }

  @Test
  void triesNoMoreThanTheLast() throws Exception {
    assertThat(new MostDialogs(500, 2_000, 0.05).find(dialogs -> dialogs <= 2_000))
        .isEqualTo(2_000);
  }

  @Test
  void findsNoneWhereNoneIsCarried() throws Exception {
    assertThat(new MostDialogs(500, 10_000, 0.05).find(_ -> false)).isZero();
  }
}
