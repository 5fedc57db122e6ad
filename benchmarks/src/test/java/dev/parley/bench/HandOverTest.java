package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandOverTest {
  /** So many turns that came back after a second, and so many that never did. */
  private static List<Fate> fates(int back, int never) {
    List<Fate> fates = new ArrayList<>();
    for (int i = 0; i < back + never; i++) {
      fates.add(new Fate(true, i < back ? 1 : Fate.NEVER, false));
    }
    return fates;
  }

  private static Figure p99(List<Fate> fates) {
    return HandOver.figures(fates, "kill -9", "few dialogs", 7.5).getLast();
  }

  @Test
  void turnsThatNeverComeBackCountInTheP99OfAll() {
    assertThat(p99(fates(1_000, 1)).verdict()).isEqualTo(Verdict.REACHED);
    Figure missed = p99(fates(97, 3));
    assertThat(missed.verdict()).isEqualTo(Verdict.MISSED);
    assertThat(Figure.number(missed.our())).isEqualTo("never");
    assertThat(missed.what()).contains("p99 of 100 turns");
  }

  @Test
  void noneReturningIsAFailureAndNotZeroSeconds() {
    Figure none = p99(fates(0, 40));
    assertThat(none.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(Report.verdict(none)).isEqualTo("FAILED: no turn came back");
    assertThat(p99(List.of()).verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void turnsOfTheOwnerThatStaysDoNotThinOutThoseOfTheOneThatGoes() {
    List<Fate> fates = new ArrayList<>(List.of(new Fate(true, 9, true)));
    for (int i = 0; i < 1_000; i++) {
      fates.add(new Fate(false, 0.01, false));
    }
    assertThat(p99(fates).our()).isEqualTo(9);
    assertThat(HandOver.told(fates)).contains("1 turns of who went", "uploaded twice 1");
  }
}
