package dev.parley.bench;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Windows of two sides in turn, and what figures may be made of them.
 *
 * @param against what the other side is
 * @param dialogs that talked
 * @param wanted how many should have
 */
record Pairs(
    Row row,
    Transport transport,
    String against,
    int dialogs,
    int wanted,
    List<Window> ours,
    List<Window> other) {

  /** Copies the lists. */
  Pairs {
    ours = List.copyOf(ours);
    other = List.copyOf(other);
  }

  /** A figure of each window. */
  Figure figure(String what, String unit, ToDoubleFunction<Window> value, Rule rule) {
    return figure(what, unit, value, rule, conditions());
  }

  /** A figure of each window, under these conditions. */
  Figure figure(
      String what, String unit, ToDoubleFunction<Window> value, Rule rule, Conditions conditions) {
    return new Figure(
        row,
        transport,
        what + " " + at(),
        unit,
        each(ours, value),
        Optional.of(against),
        each(other, value),
        rule,
        conditions);
  }

  private String at() {
    return dialogs == wanted
        ? "at %,d dialogs".formatted(dialogs)
        : "at %,d of %,d dialogs".formatted(dialogs, wanted);
  }

  /** Whether all came back, and whether it was as much as it should be. */
  Conditions conditions() {
    return new Conditions(
        Stream.concat(ours.stream(), other.stream())
            .flatMap(window -> window.lacks().stream())
            .findFirst(),
        dialogs < wanted ? Optional.of(at()) : Optional.empty(),
        Optional.empty());
  }

  /** The same for a figure of CPU, which counts only if it is not bought with delay. */
  Conditions withDelay() {
    Conditions all = conditions();
    return new Conditions(
        all.failure(),
        all.smaller(),
        Optional.of(
            new Conditions.Delay(
                median(ours, Window::p99),
                median(other, Window::p99),
                Statistics.median(
                    Statistics.ratios(each(ours, Window::p99), each(other, Window::p99))))));
  }

  /** Notes what the chunks waited, and by how many connections they came. */
  void note(Results results) {
    results.note(
        row,
        "%sdelay p50 %.1f, p99 %.1f ms; other side p50 %.1f, p99 %.1f ms; connections %d and %d"
            .formatted(
                ours.getLast().session().isEmpty() ? "" : ours.getLast().session() + ": ",
                median(ours, Window::p50),
                median(ours, Window::p99),
                median(other, Window::p50),
                median(other, Window::p99),
                ours.getLast().connections(),
                other.getLast().connections()));
    conditions().failure().ifPresent(failure -> results.note(row, "failed: " + failure));
  }

  private static double median(List<Window> windows, ToDoubleFunction<Window> value) {
    return Statistics.median(each(windows, value));
  }

  private static List<Double> each(List<Window> windows, ToDoubleFunction<Window> value) {
    return windows.stream().map(value::applyAsDouble).toList();
  }
}
