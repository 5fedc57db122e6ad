package dev.parley.demo.chaos;

import dev.parley.demo.chaos.History.Entry;
import dev.parley.protocol.Json;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
    ChaosPlan plan = result.plan();
    out.println();
    out.println(
        "seed %d: %d faults in %d s, %d devices, %d dispatchers"
            .formatted(
                plan.seed(),
                result.injections().size(),
                result.took().toSeconds(),
                plan.devices(),
                plan.dispatchers()));
    out.println("  turns accepted   %8d".formatted(findings.accepted()));
    out.println(
        "  closed well      %8d  %6.2f %%".formatted(findings.well(), 100 * findings.share()));
    new TreeMap<>(findings.outcomes())
        .forEach((outcome, count) -> {
          if (!outcome.equals(Findings.WELL)) {
            out.println("    %-40s %6d".formatted(outcome, count));
          }
        });
    out.println(
        "  turns hurt       "
            + Findings.words().stream()
                .map(word -> word + " " + findings.turns(word))
                .collect(Collectors.joining("  ")));
    List<Long> open = result.injections().stream().map(i -> (long) i.open().size()).toList();
    out.println(
        "  open turns at each fault   min %d   median %d"
            .formatted(TakeOvers.percentile(open, 0), TakeOvers.percentile(open, 50)));
    times(out, "partition claimed again", result.takeOvers().claims());
    times(out, "turn begun again", result.takeOvers().turns());
    if (!result.endedByThemselves().isEmpty()) {
      out.println("  ended by themselves, and started again: " + result.endedByThemselves());
    }
    findings.violations().stream().limit(SHOWN).forEach(v -> out.println("  " + v));
    if (findings.violations().size() > SHOWN) {
      out.println("  and " + (findings.violations().size() - SHOWN) + " more");
    }
    out.println(result.isGood() ? "Every promise was kept." : "A promise was broken.");
  }

  private static void times(PrintStream out, String what, List<Long> millis) {
    if (!millis.isEmpty()) {
      out.println(
          "  %-24s p50 %d ms   p99 %d ms   max %d ms   (%d)"
              .formatted(
                  what,
                  TakeOvers.percentile(millis, 50),
                  TakeOvers.percentile(millis, 99),
                  TakeOvers.percentile(millis, 100),
                  millis.size()));
    }
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
    ObjectNode records = json.putObject("records");
    findings.violations().stream()
        .map(Violation::turn)
        .distinct()
        .limit(SHOWN)
        .forEach(turn -> {
          ArrayNode array = records.putArray(turn.toString());
          story(turn).forEach(array::add);
        });
    return Json.bytes(json);
  }

  /** All that the ledger says of a turn, with the claims of its partition. */
  private List<String> story(TurnId turn) {
    Optional<Integer> partition =
        result.history().ledger().stream()
            .filter(e -> e.turn().equals(Optional.of(turn)))
            .map(Entry::partition)
            .findFirst();
    return result.history().ledger().stream()
        .filter(e -> partition.equals(Optional.of(e.partition())))
        .filter(e ->
            e.turn().equals(Optional.of(turn))
                || e.record() instanceof LedgerRecord.Owner
                || e.record() instanceof LedgerRecord.Release)
        .map(e ->
            "%s %d %s %s"
                .formatted(
                    e.place(),
                    e.millis(),
                    e.record().attempt(),
                    e.record().getClass().getSimpleName()))
        .toList();
  }

  private static void times(ObjectNode json, List<Long> millis) {
    json.put("count", millis.size());
    for (int percent : new int[] {50, 99, 100}) {
      json.put("p" + percent, TakeOvers.percentile(millis, percent));
    }
  }
}
