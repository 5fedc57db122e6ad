package dev.parley.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The figures as an SVG in a page: each window a dot, each side's median a line, the goal and the
 * verdict in words.
 */
final class Picture {
  private static final int LEFT = 20;
  private static final int WIDTH = 860;
  private static final int BLOCK = 92;
  private static final String OURS = "#1f6feb";
  private static final String OTHER = "#9a6700";

  private final List<Figure> figures;
  private final List<String> table;
  private final Map<String, String> circumstances;

  Picture(List<Figure> figures, List<String> table, Map<String, String> circumstances) {
    this.figures = figures;
    this.table = table;
    this.circumstances = circumstances;
  }

  String html() {
    StringBuilder page = new StringBuilder();
    page.append(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Parley, measured</title>")
        .append("<style>body{font:15px/1.5 system-ui,sans-serif;margin:2em;max-width:70em}")
        .append(
            "pre{font-size:12px;overflow-x:auto}td{padding:0 1em 0 0;vertical-align:top}</style>")
        .append("</head><body>\n<h1>Parley, measured</h1>\n")
        .append(svg())
        .append("\n<pre>")
        .append(text(String.join("\n", table)))
        .append("</pre>\n<table>\n");
    circumstances.forEach((name, value) ->
        page.append("<tr><td>")
            .append(text(name))
            .append("</td><td>")
            .append(text(value))
            .append("</td></tr>\n"));
    return page.append("</table>\n</body></html>\n").toString();
  }

  private String svg() {
    StringBuilder svg = new StringBuilder();
    int height = figures.size() * BLOCK + 10;
    svg.append(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" font-family=\"system-ui,sans-serif\"")
        .append(" viewBox=\"0 0 %d %d\" width=\"100%%\">\n".formatted(LEFT * 2 + WIDTH, height));
    for (int i = 0; i < figures.size(); i++) {
      block(svg, figures.get(i), i * BLOCK + 10);
    }
    return svg.append("</svg>").toString();
  }

  private static void block(StringBuilder svg, Figure figure, int top) {
    String verdict =
        Stream.of(
                figure.ratio().map(ratio -> "ratio " + Figure.number(ratio)).orElse(""),
                figure.rule().words().isEmpty() ? "" : "goal " + figure.rule().words(),
                figure.verdict().words())
            .filter(words -> !words.isEmpty())
            .collect(Collectors.joining(" · "));
    label(svg, LEFT, top + 14, "#24292f", figure.label() + "  " + figure.what());
    svg.append(
        "<text x=\"%d\" y=\"%d\" font-size=\"13\" text-anchor=\"end\" fill=\"%s\">%s</text>\n"
            .formatted(LEFT + WIDTH, top + 14, colour(figure.verdict()), text(verdict)));
    double most =
        Stream.concat(figure.ours().stream(), figure.other().stream())
            .mapToDouble(Double::doubleValue)
            .filter(Double::isFinite)
            .max()
            .orElse(1);
    line(svg, top + 34, OURS, "Parley", figure.ours(), most, figure);
    if (figure.against().isPresent()) {
      line(svg, top + 58, OTHER, figure.against().get(), figure.other(), most, figure);
    }
  }

  private static String colour(Verdict verdict) {
    return switch (verdict) {
      case REACHED, NO_WORSE -> "#1a7f37";
      case SHOWN -> "#57606a";
      case MISSED, BOUGHT_WITH_DELAY, NOT_COMPARABLE, FAILED, WORSE -> "#cf222e";
    };
  }

  private static void line(
      StringBuilder svg,
      int y,
      String colour,
      String name,
      List<Double> values,
      double most,
      Figure figure) {
    int from = LEFT + 150;
    double scale = (WIDTH - 260) / Math.max(most, 1e-9);
    label(svg, LEFT, y + 4, colour, name);
    svg.append(
        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#d0d7de\"/>\n"
            .formatted(from, y, from + WIDTH - 260, y));
    double median = Statistics.median(values);
    label(svg, from + WIDTH - 250, y + 4, colour, figure.withUnit(median));
    if (!Double.isFinite(median)) {
      return; // nothing, or never: the words say so
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%d\" width=\"3\" height=\"18\" fill=\"%s\"/>%n",
            from + median * scale - 1.5,
            y - 9,
            colour));
    for (double value : values.stream().filter(Double::isFinite).toList()) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%d\" r=\"4\" fill=\"%s\" fill-opacity=\"0.45\"/>%n",
              from + value * scale,
              y,
              colour));
    }
  }

  private static void label(StringBuilder svg, int x, int y, String colour, String words) {
    svg.append(
        "<text x=\"%d\" y=\"%d\" font-size=\"13\" fill=\"%s\">%s</text>\n"
            .formatted(x, y, colour, text(words)));
  }

  private static String text(String raw) {
    return raw.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
