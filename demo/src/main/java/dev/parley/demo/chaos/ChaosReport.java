package dev.parley.demo.chaos;

import dev.parley.protocol.Json;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tells people and programs what came of a run. */
final class ChaosReport {
  private static final int SHOWN = 20;

  private final ChaosResult result;
  private final Findings findings;

  ChaosReport(ChaosResult result) {
    this.result = result;
    this.findings = result.findings();
  }

  /** A table. */
  void print(PrintStream out) {
    line(out, "");
    line(
        out,
        "seed %d: %d faults in %d s, %d devices, %d dispatchers",
        result.plan().seed(),
        result.injections().size(),
        result.took().toSeconds(),
        result.plan().devices(),
        result.plan().dispatchers());
    line(out, "  turns accepted   %8d", findings.accepted());
    line(out, "  closed well      %8d  %6.2f %%", findings.well(), 100 * findings.share());
    new TreeMap<>(findings.outcomes())
        .forEach((outcome, count) -> {
          if (!outcome.equals(Findings.WELL)) {
            line(out, "    %-40s %6d", outcome, count);
          }
        });
    StringBuilder words = new StringBuilder("  turns hurt      ");
    Findings.words().forEach(word -> words.append(' ').append(word).append(' ').append(findings.turns(word)));
    line(out, "%s", words);
    List<Long> open = result.injections().stream().map(i -> (long) i.open().size()).toList();
    line(
        out,
        "  open turns at each fault   min %d   median %d",
        TakeOvers.percentile(open, 0),
        TakeOvers.percentile(open, 50));
    times(out, "partition claimed again", result.takeOvers().claims());
    times(out, "turn begun again", result.takeOvers().turns());
    findings.violations().stream().limit(SHOWN).forEach(v -> line(out, "  %s", v));
    if (findings.violations().size() > SHOWN) {
      line(out, "  and %d more", findings.violations().size() - SHOWN);
    }
    line(out, result.isGood() ? "Every promise was kept." : "A promise was broken.");
  }

  private static void times(PrintStream out, String what, List<Long> millis) {
    if (!millis.isEmpty()) {
      line(
          out,
          "  %-24s p50 %d ms   p99 %d ms   max %d ms   (%d)",
          what,
          TakeOvers.percentile(millis, 50),
          TakeOvers.percentile(millis, 99),
          TakeOvers.percentile(millis, 100),
          millis.size());
    }
  }

  private static void line(PrintStream out, String format, Object... arguments) {
    out.println(String.format(Locale.ROOT, format, arguments));
  }

  /** The same for programs. */
  byte[] json() {
    ObjectNode json = Json.newObject();
    json.put("seed", result.plan().seed());
    json.put("devices", result.plan().devices());
    json.put("dispatchers", result.plan().dispatchers());
    json.put("seconds", result.took().toSeconds());
    json.put("good", result.isGood());
    json.put("accepted", findings.accepted());
    json.put("well", findings.well());
    ObjectNode outcomes = json.putObject("outcomes");
    new TreeMap<>(findings.outcomes()).forEach(outcomes::put);
    ObjectNode hurt = json.putObject("hurt");
    Findings.words().forEach(word -> hurt.put(word, findings.turns(word)));
    ArrayNode faults = json.putArray("faults");
    for (Injection injection : result.injections()) {
      faults
          .addObject()
          .put("fault", injection.fault().word())
          .put("at", injection.millis())
          .put("openTurns", injection.open().size());
    }
    times(json.putObject("claimMillis"), result.takeOvers().claims());
    times(json.putObject("turnMillis"), result.takeOvers().turns());
    ArrayNode violations = json.putArray("violations");
    for (Violation violation : findings.violations()) {
      violations
          .addObject()
          .put("kind", violation.kind().toString())
          .put("turn", violation.turn().toString())
          .put("evidence", violation.evidence());
    }
    return Json.bytes(json);
  }

  private static void times(ObjectNode json, List<Long> millis) {
    json.put("count", millis.size());
    for (int percent : new int[] {50, 99, 100}) {
      json.put("p" + percent, TakeOvers.percentile(millis, percent));
    }
  }
}
