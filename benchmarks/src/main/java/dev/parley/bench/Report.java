package dev.parley.bench;

import dev.parley.protocol.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a run has found, as a table, as JSON and as a picture. */
final class Report {
  private final Plan plan;
  private final Results results;
  private final Map<String, String> circumstances;

  Report(Plan plan, Results results, Map<String, String> circumstances) {
    this.plan = plan;
    this.results = results;
    this.circumstances = circumstances;
  }

  /** Each process's CPU in µs per chunk, in a line. */
  static String cpu(Window window) {
    return window.cpuMicros().keySet().stream()
        .map(process -> process + " " + Figure.number(window.cpuPerChunk(process)))
        .collect(Collectors.joining(", "));
  }

  /** The table. */
  List<String> lines() {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"", "", "Parley", "other side", "", "ratio", "interval", "goal", ""});
    for (Figure figure : results.figures()) {
      rows.add(
          new String[] {
            figure.label(),
            figure.what(),
            figure.withUnit(figure.our()),
            figure.against().isEmpty() ? "-" : figure.withUnit(figure.theirs()),
            figure.against().orElse(""),
            figure.ratio().map(Figure::number).orElse("-"),
            figure.interval().map(Interval::words).orElse(""),
            goal(figure),
            verdict(figure)
          });
    }
    int[] widths = new int[rows.getFirst().length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        boolean number = i == 2 || i == 3 || i == 5;
        line.append(
            String.format(
                Locale.ROOT, "%" + (number ? "" : "-") + Math.max(1, widths[i]) + "s  ", row[i]));
      }
      lines.add(line.toString().stripTrailing());
    }
    results.notes().stream().distinct().forEach(note -> lines.add(note.row() + "  " + note.text()));
    return lines;
  }

  private static String goal(Figure figure) {
    String words = figure.rule().words();
    return figure.against().isEmpty() && !words.isEmpty() ? words + " " + figure.unit() : words;
  }

  /** How a figure stands, and why where that is not in its numbers. */
  static String verdict(Figure figure) {
    Conditions conditions = figure.conditions();
    String words = figure.verdict().words();
    return switch (figure.verdict()) {
      case FAILED -> words + ": " + conditions.failure().orElse("nothing was measured");
      case NOT_COMPARABLE -> words + conditions.smaller().map(at -> ": " + at).orElse("");
      case BOUGHT_WITH_DELAY ->
          words
              + conditions
                  .delay()
                  .map(delay ->
                      ": p99 %.1f ms, other side %.1f, ratio %.2f"
                          .formatted(delay.ours(), delay.other(), delay.ratio()))
                  .orElse("");
      case REACHED, MISSED, WORSE, NO_WORSE, SHOWN -> words;
    };
  }

  /** Prints the table. */
  void print(PrintStream out) {
    lines().forEach(out::println);
  }

  /** Writes {@code results.json} and {@code results.html} into the plan's folder. */
  void write() throws IOException {
    Path folder = plan.out();
    Files.write(folder.resolve("results.json"), Json.bytes(json()));
    Files.writeString(
        folder.resolve("results.html"),
        new Picture(results.figures(), lines(), circumstances).html(),
        StandardCharsets.UTF_8);
  }

  ObjectNode json() {
    ObjectNode json = Json.newObject();
    json.put("form", plan.name()).put("seed", plan.seed()).put("written", Instant.now().toString());
    ObjectNode circumstance = json.putObject("circumstances");
    circumstances.forEach(circumstance::put);
    ArrayNode figures = json.putArray("figures");
    for (Figure figure : results.figures()) {
      ObjectNode node = figures.addObject();
      node.put("row", figure.row().toString()).put("transport", figure.transport().name());
      node.put("what", figure.what()).put("unit", figure.unit());
      put(node, "parley", figure.our());
      figure.against().ifPresent(name -> put(node.put("against", name), "other", figure.theirs()));
      figure.ratio().ifPresent(ratio -> put(node, "ratio", ratio));
      figure
          .interval()
          .ifPresent(where -> {
            ObjectNode interval = node.putObject("interval");
            put(interval, "low", where.low());
            put(interval, "high", where.high());
            put(interval, "confidence", where.confidence());
          });
      node.put("goal", figure.rule().words());
      node.put("verdict", figure.verdict().name()).put("verdictWords", verdict(figure));
      ArrayNode ours = node.putArray("parleyWindows");
      figure.ours().forEach(value -> add(ours, value));
      ArrayNode other = node.putArray("otherWindows");
      figure.other().forEach(value -> add(other, value));
    }
    ArrayNode notes = json.putArray("notes");
    results.notes().forEach(note -> notes.add(note.row() + ": " + note.text()));
    ArrayNode windows = json.putArray("windows");
    for (Results.Measured measured : results.windows()) {
      Window window = measured.window();
      ObjectNode node = windows.addObject();
      node.put("row", measured.row().toString()).put("side", window.side());
      node.put("transport", window.transport().name()).put("session", window.session());
      node.put("talking", window.talking()).put("silent", window.silent());
      node.put("seconds", window.seconds()).put("due", window.due());
      node.put("chunks", window.chunks()).put("repeated", window.repeated());
      node.put("sent", window.account().said().chunks()).put("arrived", window.account().arrived());
      node.put("open", window.open()).put("connections", window.connections());
      put(node, "p50Millis", window.p50());
      put(node, "p99Millis", window.p99());
      put(node, "maxMillis", window.max());
      put(node, "firstChunkP99Millis", window.firstP99());
      ObjectNode cpu = node.putObject("cpuMicros");
      window.cpuMicros().forEach(cpu::put);
    }
    return json;
  }

  private static void add(ArrayNode array, double value) {
    if (Double.isFinite(value)) {
      array.add(value);
    } else {
      array.add(Figure.number(value));
    }
  }

  /** JSON has no word for what is not a number, and none for never. */
  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.put(name, Figure.number(value));
    }
  }
}
