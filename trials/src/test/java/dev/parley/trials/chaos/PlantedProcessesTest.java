package dev.parley.trials.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.standin.Cut;
import dev.parley.standin.TurnStart;
import dev.parley.trials.chaos.Violation.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dispatchers that were built with faults in them. The checker must see what they do. */
@Tag("long")
final class PlantedProcessesTest {
  private static final long SEED = 29;
  private static final String RECORDS = "protocol/src/main/java/dev/parley/protocol/record/";

  /** Answers are long enough to be under way when something breaks. */
  private static final Cut SLOW = new Cut.StallAfter(1_500, Duration.ofSeconds(6));

  private static final Duration KNOWN_WITHIN = Duration.ofSeconds(20);

  @TempDir private Path folder;

  /** What finds each plant. */
  private static Map<Plant, Predicate<Violation>> at(Map<String, Plant> devices) {
    Map<Plant, Predicate<Violation>> findings = new LinkedHashMap<>();
    devices.forEach((device, plant) ->
        findings.put(plant, v -> plant.kinds.contains(v.kind()) && v.toString().contains(device)));
    return findings;
  }

  private void found(Map<Plant, Predicate<Violation>> plants, Path classes, List<Fault> faults)
      throws Exception {
    ChaosPlan plan = new ChaosPlan(SEED, 1, 1, 12, 2, 2, 10, 100, "classic", faults);
    Interposed faulty =
        new Interposed() {
          @Override
          public Optional<Path> dispatcherClasses() {
            return Optional.of(classes);
          }
        };
    List<Watch> watches = new ArrayList<>();
    ChaosResult result;
    try (ChaosRun run = new ChaosRun(plan, folder, Silence.SILENCE, faulty)) {
      result =
          run.run(
              injector -> {
                if (!faults.isEmpty()) {
                  run.endpoint().also(TurnStart::isSpeech, SLOW);
                }
                injector.awaitReady();
                Watch watch = new Watch(run, injector);
                watches.add(watch);
                long now = System.currentTimeMillis();
                for (Fault fault : faults) {
                  injector.inject(fault);
                }
                List<Injection> done = injector.done();
                long planted = done.isEmpty() ? now : done.getFirst().millis();
                plants.keySet().forEach(plant -> plant.done(planted));
                watch.awaitKnown(KNOWN_WITHIN, List.copyOf(plants.values()));
              },
              Duration.ofSeconds(40));
    } finally {
      watches.forEach(Watch::close);
    }
    Watch watch = watches.getFirst();
    plants.forEach((plant, finding) -> plant.print(result, watch, finding));
    plants.forEach((plant, finding) -> {
      assertThat(result.assessment().violations()).as(plant.what).anyMatch(finding);
      assertThat(watch.knownSince(finding)).as("%s: before waits are over", plant.what).isPresent();
    });
  }

  private void found(Plant plant, Path classes, Fault... faults) throws Exception {
    found(Map.of(plant, v -> plant.kinds.contains(v.kind())), classes, List.of(faults));
  }

  @Test
  void interruptedTurnsThatAreClosedOk() throws Exception {
    found(
        new Plant(
            "an interrupted turn is closed ok", "dispatcher", Kind.UNSENT, Kind.LOST, Kind.MIXED),
        FaultyClasses.compile(
            RECORDS + "TurnStatus.java",
            Map.of("INTERRUPTED(\"interrupted\")", "INTERRUPTED(\"ok\")"),
            folder),
        Fault.KILL);
  }

  @Test
  void releasesThatNameNobody() throws Exception {
    found(
        new Plant("a release does not name what it finishes", "dispatcher", Kind.BEYOND_FLOOR),
        FaultyClasses.compile(
            RECORDS + "LedgerRecord.java",
            Map.of("named = List.copyOf(named);", "named = List.of();"),
            folder),
        Fault.ROLLING);
  }

  @Test
  void numbersWithGaps() throws Exception {
    found(
        new Plant("a record's number leaves a gap", "dispatcher", Kind.GAP),
        FaultyClasses.compile(
            RECORDS + "LedgerSequence.java", Map.of("known.next();", "known.next() + 1;"), folder));
  }

  @Test
  void recordsThatSayOtherThingsThanHappened() throws Exception {
    Map<String, Plant> devices =
        Map.of(
            "device-0000",
                new Plant("a turn-sent names audio that was not sent", "dispatcher", Kind.UNSENT),
            "device-0002",
                new Plant("a whole attachment is called broken", "dispatcher", Kind.BROKEN),
            "device-0003",
                new Plant("an attachment's end names another", "dispatcher", Kind.UNENDED));
    Map<String, String> faults =
        Map.of(
            "LedgerChecks.notNegative(\"audioBytes\", audioBytes);",
            "if (turn.device().equals(\"device-0000\")) { audioBytes += 6_400; }",
            "LedgerChecks.notNegative(\"length\", length);",
            "if (device.equals(\"device-0002\")) { whole = false; }\n"
                + "if (device.equals(\"device-0003\")) { attachment = attachment + \"x\"; }");
    found(
        at(devices),
        FaultyClasses.compile(RECORDS + "LedgerRecord.java", faults, folder),
        List.of());
  }
}
