package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FigureTest {
  private static Figure figure(
      List<Double> ours, List<Double> other, Rule rule, Conditions conditions) {
    Optional<String> against = other.isEmpty() ? Optional.empty() : Optional.of("other");
    return new Figure(
        Row.P1, Transport.CLEAR, "something", "us", ours, against, other, rule, conditions);
  }

  private static Verdict verdict(List<Double> ours, List<Double> other, Rule rule) {
    return figure(ours, other, rule, Conditions.NONE).verdict();
  }

  private static Conditions delay(double ours, double other) {
    return new Conditions(
        Optional.empty(),
        Optional.empty(),
        Optional.of(new Conditions.Delay(ours, other, ours / other)));
  }

  @Test
  void theRatioIsTheMedianOfTheWindowsRatiosNotTheRatioOfTheMedians() {
    // The machine got slower for both: window by window we are twice the other side.
    Figure figure =
        figure(List.of(2.0, 4.0, 20.0), List.of(1.0, 2.0, 10.0), Rule.atMost(1.5), Conditions.NONE);
    assertThat(figure.ratio()).contains(2.0);
    assertThat(figure.our()).isEqualTo(4.0);
    assertThat(figure.theirs()).isEqualTo(2.0);
    assertThat(figure.verdict()).isEqualTo(Verdict.MISSED);
  }

  @Test
  void aGoalWithoutAnotherSideIsAbsolute() {
    assertThat(verdict(List.of(7.0), List.of(), Rule.atMost(7.5))).isEqualTo(Verdict.REACHED);
    assertThat(verdict(List.of(8.0), List.of(), Rule.atMost(7.5))).isEqualTo(Verdict.MISSED);
    assertThat(verdict(List.of(8.0), List.of(), Rule.SHOWN)).isEqualTo(Verdict.SHOWN);
  }

  @Test
  void aGoalMayBeALeast() {
    assertThat(verdict(List.of(95.0), List.of(100.0), Rule.atLeast(0.9)))
        .isEqualTo(Verdict.REACHED);
    assertThat(verdict(List.of(85.0), List.of(100.0), Rule.atLeast(0.9))).isEqualTo(Verdict.MISSED);
  }

  @Test
  void cpuThatIsSavedByWaitingLongerIsBoughtWithDelay() {
    List<Double> less = List.of(90.0);
    List<Double> more = List.of(100.0);
    assertThat(figure(less, more, Rule.atMost(1.05), delay(20, 20)).verdict())
        .isEqualTo(Verdict.REACHED);
    Figure bought = figure(less, more, Rule.atMost(1.05), delay(25, 20));
    assertThat(bought.verdict()).isEqualTo(Verdict.BOUGHT_WITH_DELAY);
    assertThat(Report.verdict(bought)).contains("25.0", "20.0", "1.25");
    // Without the delay it would be missed all the same.
    assertThat(figure(more, less, Rule.atMost(1.05), delay(25, 20)).verdict())
        .isEqualTo(Verdict.MISSED);
  }

  @Test
  void aRowMadeSmallerIsNeverReached() {
    Conditions smaller =
        new Conditions(Optional.empty(), Optional.of("at 300 of 1,000 dialogs"), Optional.empty());
    Figure figure = figure(List.of(1.0), List.of(2.0), Rule.atMost(1.05), smaller);
    assertThat(figure.verdict()).isEqualTo(Verdict.NOT_COMPARABLE);
    assertThat(Report.verdict(figure)).isEqualTo("not comparable: at 300 of 1,000 dialogs");
  }

  @Test
  void whatDidNotComeBackIsAFailureHoweverGoodTheRatio() {
    Conditions failed =
        new Conditions(
            Optional.of("1 of 5 chunks never arrived"), Optional.empty(), Optional.empty());
    Figure figure = figure(List.of(1.0), List.of(2.0), Rule.atMost(1.05), failed);
    assertThat(figure.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(Report.verdict(figure)).isEqualTo("FAILED: 1 of 5 chunks never arrived");
    assertThat(figure.verdict().fails()).isTrue();
  }

  @Test
  void anEmptySampleIsAFailureAndNotNothing() {
    Rule goal = Rule.atMost(7.5);
    assertThat(verdict(List.of(), List.of(), goal)).isEqualTo(Verdict.FAILED);
    assertThat(verdict(List.of(), List.of(1.0), goal)).isEqualTo(Verdict.FAILED);
    assertThat(verdict(List.of(Double.NaN), List.of(), goal)).isEqualTo(Verdict.FAILED);
    assertThat(verdict(List.of(1.0), List.of(Double.NaN), goal)).isEqualTo(Verdict.FAILED);
    assertThat(verdict(List.of(1.0), List.of(0.0), Rule.atLeast(1))).isEqualTo(Verdict.FAILED);
    assertThat(verdict(List.of(1.0, 1.0), List.of(1.0), goal)).isEqualTo(Verdict.FAILED);
    assertThat(verdict(List.of(Double.NaN), List.of(), Rule.SHOWN)).isEqualTo(Verdict.FAILED);
  }

  @Test
  void anotherBuildIsWorseOnlyIfTheWholeIntervalIsBeyondChance() {
    List<Double> ones = List.of(1.0, 1.0, 1.0, 1.0, 1.0);
    Rule noWorse = new Rule.NoWorse(true);
    assertThat(verdict(List.of(1.04, 1.05, 1.06, 1.09, 1.2), ones, noWorse))
        .isEqualTo(Verdict.WORSE);
    // The median is a tenth more, and one window says that this may be chance.
    assertThat(verdict(List.of(1.02, 1.1, 1.1, 1.1, 1.2), ones, noWorse))
        .isEqualTo(Verdict.NO_WORSE);
    assertThat(verdict(List.of(0.8, 0.8, 0.8, 0.8, 0.8), ones, noWorse))
        .isEqualTo(Verdict.NO_WORSE);
    Rule noFewer = new Rule.NoWorse(false);
    assertThat(verdict(List.of(0.8, 0.9, 0.9, 0.95, 0.96), ones, noFewer)).isEqualTo(Verdict.WORSE);
    assertThat(verdict(List.of(0.8, 0.9, 0.9, 0.95, 0.98), ones, noFewer))
        .isEqualTo(Verdict.NO_WORSE);
    assertThat(verdict(List.of(1.2, 1.2, 1.2, 1.2, 1.2), ones, noFewer))
        .isEqualTo(Verdict.NO_WORSE);
  }
}
