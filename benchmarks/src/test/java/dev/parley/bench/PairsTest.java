package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PairsTest {
  private static Window window(String side, double cpu, double p99, long missing) {
    return new Window(
        side,
        Transport.TLS,
        10,
        0,
        2,
        100,
        100,
        0,
        new Window.Account(new Side.Said(100, 0), 100 - missing),
        10,
        10,
        "TLSv1.3 CIPHER",
        1,
        p99,
        p99,
        p99,
        Map.of(side, cpu));
  }

  private static Pairs pairs(int dialogs, Window ours, Window other) {
    return new Pairs(Row.P1, Transport.TLS, "floor", dialogs, 10, List.of(ours), List.of(other));
  }

  private static Figure cpu(Pairs pairs) {
    return pairs.figure(
        "CPU", "us", w -> w.cpuPerChunk(w.side()), Rule.atMost(1.05), pairs.withDelay());
  }

  @Test
  void cpuCountsAtADelayNoWorse() {
    Window floor = window("floor", 100, 5, 0);
    assertThat(cpu(pairs(10, window("dispatcher", 90, 5, 0), floor)).verdict())
        .isEqualTo(Verdict.REACHED);
    assertThat(cpu(pairs(10, window("dispatcher", 90, 5.5, 0), floor)).verdict())
        .isEqualTo(Verdict.BOUGHT_WITH_DELAY);
  }

  @Test
  void fewerDialogsThanWantedAreNotComparable() {
    Figure figure = cpu(pairs(8, window("dispatcher", 90, 5, 0), window("floor", 100, 5, 0)));
    assertThat(figure.verdict()).isEqualTo(Verdict.NOT_COMPARABLE);
    assertThat(figure.what()).contains("8 of 10 dialogs");
    assertThat(figure.label()).isEqualTo("P1 TLS");
  }

  @Test
  void aWindowThatLacksWhatShouldHaveComeFailsTheRowOnWhicheverSide() {
    Window dispatcher = window("dispatcher", 90, 5, 0);
    Window floor = window("floor", 100, 5, 0);
    assertThat(cpu(pairs(10, window("dispatcher", 90, 5, 1), floor)).verdict())
        .isEqualTo(Verdict.FAILED);
    assertThat(cpu(pairs(10, dispatcher, window("floor", 100, 5, 1))).verdict())
        .isEqualTo(Verdict.FAILED);
  }

  @Test
  void theNoteTellsDelaysConnectionsAndTheSession() {
    Results results = new Results();
    pairs(10, window("dispatcher", 90, 5, 0), window("floor", 100, 5, 0)).note(results);
    assertThat(results.notes())
        .singleElement()
        .satisfies(
            note -> assertThat(note.text()).contains("TLSv1.3 CIPHER", "p99 5.0", "10 and 10"));
  }
}
