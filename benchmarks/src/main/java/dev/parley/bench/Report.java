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
    return window.cpuMicros().entrySet().stream()
        .map(entry -> entry.getKey() + " " + Figure.number(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** The table. */
  List<String> lines() {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"", "", "Parley", "other side", "", "ratio", "goal", ""});
    for (Figure figure : results.figures()) {
      rows.add(
          new String[] {
            figure.row().name(),
            figure.what(),
            Figure.number(figure.our()) + " " + figure.unit(),
            figure.against().isEmpty() ? "-" : Figure.number(figure.theirs()) + " " + figure.unit(),
            figure.against().orElse(""),
            figure.ratio().map(Figure::number).orElse("-"),
            figure
                .goal()
                .map(goal -> goal + (figure.ratio().isEmpty() ? " " + figure.unit() : ""))
                .orElse(""),
            figure.isMet().map(met -> met ? "reached" : "MISSED").orElse("")
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
      node.put("row", figure.row().name()).put("what", figure.what()).put("unit", figure.unit());
      node.put("parley", figure.our());
      figure.against().ifPresent(name -> node.put("against", name).put("other", figure.theirs()));
      figure.ratio().ifPresent(ratio -> node.put("ratio", ratio));
      figure.goal().ifPresent(goal -> node.put("goal", goal.toString()));
      figure.isMet().ifPresent(met -> node.put("reached", met));
      ArrayNode ours = node.putArray("parleyWindows");
      figure.ours().forEach(ours::add);
      ArrayNode other = node.putArray("otherWindows");
      figure.other().forEach(other::add);
    }
    ArrayNode notes = json.putArray("notes");
    results.notes().forEach(note -> notes.add(note.row() + ": " + note.text()));
    ArrayNode windows = json.putArray("windows");
    for (Results.Measured measured : results.windows()) {
      Window window = measured.window();
      ObjectNode node = windows.addObject();
      node.put("row", measured.row().name()).put("side", window.side());
      node.put("talking", window.talking()).put("silent", window.silent());
      node.put("seconds", window.seconds()).put("due", window.due());
      node.put("chunks", window.chunks()).put("repeated", window.repeated());
      node.put("connections", window.connections());
      node.put("p50Millis", window.p50()).put("p99Millis", window.p99());
      node.put("maxMillis", window.max()).put("firstChunkP99Millis", window.firstP99());
      ObjectNode cpu = node.putObject("cpuMicrosPerChunk");
      window.cpuMicros().forEach(cpu::put);
    }
    return json;
  }
}
