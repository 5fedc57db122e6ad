package dev.parley.trials.chaos;

import dev.parley.protocol.Json;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.Violation.Kind;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tells people and programs what came of a run. */
final class ChaosReport {
  private static final int SHOWN = 20;
  private static final String ROW = "  %-8s %5s  %15s %6s  %7s  %8s  %6s  %-52s  %s";

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
        "  sent by CIC      %8d  %d of them void: their owner or CIC was cut off"
            .formatted(result.history().pushed().size(), findings.lostWithOwner()));
    out.println(
        "  hurt             "
            + Arrays.stream(Kind.values())
                .filter(kind -> result.assessment().hurt(kind) > 0)
                .map(kind -> kind.word() + " " + result.assessment().hurt(kind))
                .collect(
                    Collectors.collectingAndThen(
                        Collectors.joining("  "), words -> words.isEmpty() ? "none" : words)));
    out.println(
        ROW.formatted(
            "fault",
            "times",
            "open turns, min",
            "median",
            "allowed",
            "not well",
            "beyond",
            "ms until claimed again",
            ""));
    result.plan().faults().forEach(fault -> print(out, fault));
    if (result.stalled() > 0) {
      out.println("  streams stalled  %8d".formatted(result.stalled()));
    }
    if (!result.endedByThemselves().isEmpty()) {
      out.println("  ended by themselves, and started again: " + result.endedByThemselves());
    }
    Assessment assessment = result.assessment();
    assessment.violations().stream().limit(SHOWN).forEach(v -> out.println("  " + v));
    if (assessment.violations().size() > SHOWN) {
      out.println("  and " + (assessment.violations().size() - SHOWN) + " more");
    }
    assessment
        .known()
        .forEach((mark, times) ->
            out.println(
                "  known: %s after %s, %d times: %s"
                    .formatted(mark.kind().word(), mark.fault().word(), times, mark.cause())));
    assessment
        .needless()
        .forEach(mark ->
            out.println(
                "  mended: %s after %s was not met; its mark must go: %s"
                    .formatted(mark.kind().word(), mark.fault().word(), mark.cause())));
    out.println(verdict());
  }

  private String verdict() {
    if (result.isGood()) {
      return result.assessment().known().isEmpty()
          ? "Every promise was kept."
          : "Every promise was kept, but for what is known.";
    }
    return result.assessment().violations().isEmpty()
        ? "A known fault is mended: delete its mark."
        : "A promise was broken.";
  }

  private void print(PrintStream out, Fault fault) {
    List<Long> open = open(fault);
    TakeOvers takeOvers = result.takeOvers(fault);
    out.println(
        ROW.formatted(
            fault.word(),
            Integer.toString(open.size()),
            Long.toString(TakeOvers.percentile(open, 0)),
            Long.toString(TakeOvers.percentile(open, 50)),
            Integer.toString(result.allowed(fault)),
            Integer.toString(result.losses(fault).size()),
            Long.toString(result.beyond(fault)),
            times("", takeOvers.claims()),
            times("turns begun again: ", takeOvers.turns())));
  }

  private List<Long> open(Fault fault) {
    return result.injections(fault).stream().map(i -> (long) i.open().size()).toList();
  }

  private static String times(String what, List<Long> millis) {
    return millis.isEmpty()
        ? ""
        : "%sp50 %d, p99 %d, max %d (%d)"
            .formatted(
                what,
                TakeOvers.percentile(millis, 50),
                TakeOvers.percentile(millis, 99),
                TakeOvers.percentile(millis, 100),
                millis.size());
  }

  /** The same for programs. */
  byte[] json() {
    ObjectNode json = Json.newObject();
    ChaosPlan plan = result.plan();
    json.put("seed", plan.seed());
    json.put("kills", plan.kills());
    json.put("rounds", plan.rounds());
    json.put("devices", plan.devices());
    json.put("dispatchers", plan.dispatchers());
    json.put("partitions", plan.partitions());
    json.put("groupProtocol", plan.groupProtocol());
    json.put("openTurnsWanted", plan.openTurns());
    json.put("stallOneIn", plan.stallOneIn());
    json.put("seconds", result.took().toSeconds());
    json.put("good", result.isGood());
    json.put("accepted", findings.accepted());
    json.put("well", findings.well());
    json.put("share", findings.share());
    json.put("pushed", result.history().pushed().size());
    json.put("lostWithOwner", findings.lostWithOwner());
    json.put("stalled", result.stalled());
    ObjectNode outcomes = json.putObject("outcomes");
    new TreeMap<>(findings.outcomes()).forEach(outcomes::put);
    ObjectNode hurt = json.putObject("hurt");
    for (Kind kind : Kind.values()) {
      hurt.put(kind.word(), result.assessment().hurt(kind));
    }
    ObjectNode kinds = json.putObject("kinds");
    for (Fault fault : plan.faults()) {
      ObjectNode kind = kinds.putObject(fault.word());
      kind.put("times", open(fault).size());
      kind.put("openTurnsMin", TakeOvers.percentile(open(fault), 0));
      kind.put("openTurnsMedian", TakeOvers.percentile(open(fault), 50));
      kind.put("allowed", result.allowed(fault));
      kind.put("notWell", result.losses(fault).size());
      kind.put("beyond", result.beyond(fault));
      TakeOvers takeOvers = result.takeOvers(fault);
      times(kind.putObject("claimMillis"), takeOvers.claims());
      times(kind.putObject("turnMillis"), takeOvers.turns());
    }
    ArrayNode faults = json.putArray("faults");
    for (Injection injection : result.injections()) {
      ObjectNode one = faults.addObject();
      one.put("fault", injection.fault().word());
      one.put("at", injection.millis());
      one.put("until", injection.until());
      one.put("openTurns", injection.open().size());
      ArrayNode partitions = one.putArray("partitions");
      injection.victim().keySet().stream().sorted().forEach(partitions::add);
    }
    ArrayNode ended = json.putArray("endedByThemselves");
    result.endedByThemselves().forEach(ended::add);
    ArrayNode violations = json.putArray("violations");
    for (Violation violation : result.assessment().violations()) {
      violations
          .addObject()
          .put("kind", violation.kind().word())
          .put("turn", violation.turn().map(TurnId::toString).orElse(""))
          .put("evidence", violation.evidence());
    }
    ArrayNode known = json.putArray("known");
    result
        .assessment()
        .known()
        .forEach((mark, times) ->
            known
                .addObject()
                .put("kind", mark.kind().word())
                .put("fault", mark.fault().word())
                .put("cause", mark.cause())
                .put("times", times));
    ArrayNode losses = json.putArray("notWell");
    for (Loss loss : result.charges().losses()) {
      losses
          .addObject()
          .put("turn", loss.turn().toString())
          .put("ending", loss.ending())
          .put("fault", loss.fault().map(i -> i.fault().word()).orElse(""))
          .put("faultAt", loss.fault().map(Injection::millis).orElse(0L))
          .put("allowed", loss.isAllowed());
    }
    ObjectNode records = json.putObject("records");
    result.assessment().violations().stream()
        .flatMap(violation -> violation.turn().stream())
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
