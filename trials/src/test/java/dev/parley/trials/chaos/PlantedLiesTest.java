package dev.parley.trials.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.standin.Cut;
import dev.parley.standin.TurnStart;
import dev.parley.trials.chaos.LyingRouter.Lie;
import dev.parley.trials.chaos.Violation.Kind;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Parley with many faults at once, each at a device of its own: between router and devices, in
 * Kafka, and at the endpoint. The checker must find each, at that device and at no other.
 */
final class PlantedLiesTest {
  private static final long SEED = 23;
  private static final int PARTITIONS = 2;
  private static final int HONEST = 3;

  private final AtomicBoolean now = new AtomicBoolean();
  private final Lies lies = new Lies(now::get);
  private final Meddling meddling = new Meddling(now::get, SEED);
  private final Map<String, Plant> plants = new HashMap<>();
  private final Map<String, Lie> told = new HashMap<>();
  private final List<Meddler.Deed> deeds = new ArrayList<>();
  private int devices;

  private String device() {
    return "device-%04d".formatted(devices++);
  }

  private Plant plant(String device, String what, String where, Kind... kinds) {
    Plant plant = new Plant(what, where, kinds);
    plants.put(device, plant);
    return plant;
  }

  private interface Telling {
    Lie by(Plant plant);
  }

  private void router(String what, Telling lie, Kind... kinds) {
    String device = device();
    told.put(device, lie.by(plant(device, what, "router", kinds)));
  }

  private void plantAll() {
    router("a directive is told twice", lies::tellsTwice, Kind.DOUBLED);
    router("a directive is never told", p -> lies.neverTells(p, "\"Speak\""), Kind.LOST);
    router("two directives are told in another order", lies::tellsInAnotherOrder, Kind.ORDER);
    router("a directive is told after the turn's end", lies::tellsAfterTheEnd, Kind.ORDER);
    var overheard = new ConcurrentLinkedQueue<String>();
    told.put(device(), lies.overhears(overheard));
    router(
        "a directive is told to another device too",
        p -> lies.tellsWhatIsAnothers(p, overheard),
        Kind.FOREIGN);
    router(
        "a turn is told to be closed otherwise than it was",
        p ->
            lies.tellsAnotherEnd(
                p, end -> end.replace("\"status\":\"ok\"", "\"status\":\"failed\"")),
        Kind.MISTOLD);
    router(
        "a turn is told to be closed by another attempt",
        p -> lies.tellsAnotherEnd(p, end -> end.replaceFirst("(\"attempt\":\")", "$19")),
        Kind.MISTOLD);
    router(
        "a directive is told again after its acknowledgement",
        lies::tellsAgainWhatWasAcknowledged,
        Kind.REPEATED);
    router(
        "an attachment comes with one bit changed",
        lies::changesAttachments,
        Kind.UNFETCHED,
        Kind.ECHO);
    router("half of an attachment comes", lies::shortensAttachments, Kind.UNFETCHED);
    router("a push is never told", p -> lies.neverTells(p, "of no dialog"), Kind.PUSH);
    String mixed = device();
    deeds.add(
        meddling.mixesAudio(
            plant(mixed, "a chunk is somebody else's", "speech", Kind.PREFIX), mixed));
    String nobodys = device();
    deeds.add(
        meddling.speaksForNobody(
            plant(nobodys, "a turn that no device has spoken", "speech", Kind.FOREIGN), nobodys));
    String stray = device();
    deeds.add(
        meddling.goesOnAfterTheEnd(
            plant(stray, "a directive stands after its turn's end", "ledger", Kind.STRAY), stray));
    String closed = device();
    deeds.add(
        meddling.closesTwice(
            plant(closed, "a turn is closed twice", "ledger", Kind.DOUBLED), closed));
  }

  @Test
  void eachIsFoundWhereItIsAndNowhereElse(@TempDir Path logs) throws Exception {
    plantAll();
    String hushed = device();
    Plant hush = plant(hushed, "that a turn failed is never told", "router", Kind.UNTOLD);
    told.put(hushed, lies.neverTells(hush, "\"Exception\""));
    String reset = device();
    Plant resets =
        plant(reset, "answers are reset and nobody says so", "endpoint", Kind.BEYOND_FLOOR);
    ChaosPlan plan =
        new ChaosPlan(
            SEED, 0, 0, devices + HONEST, 1, PARTITIONS, devices, 100, "classic", List.of());
    List<LyingRouter> between = new ArrayList<>();
    Interposed liar =
        new Interposed() {
          @Override
          public URI router(URI router) {
            between.add(new LyingRouter(router, told));
            return between.getFirst().uri();
          }
        };
    List<Watch> watches = new ArrayList<>();
    ChaosResult result;
    try (ChaosRun run = new ChaosRun(plan, logs, Silence.SILENCE, liar);
        Meddler meddler = new Meddler(run.kafka(), PARTITIONS, deeds)) {
      result =
          run.run(
              injector -> {
                await("all have spoken")
                    .until(() -> run.recorder().publishedTurns() >= plan.devices());
                injector.awaitReady();
                run.endpoint().also(turn -> isOf(hushed, turn), new Cut.ResetAfter(100));
                run.endpoint().also(turn -> isOf(reset, turn, resets), new Cut.ResetAfter(100));
                now.set(true);
                Watch watch = new Watch(run, injector);
                watches.add(watch);
                watch.awaitKnown(
                    Duration.ofSeconds(30),
                    plants.entrySet().stream()
                        .map(e -> finding(e.getKey(), e.getValue()))
                        .toList());
              },
              Duration.ofSeconds(40));
    } finally {
      watches.forEach(Watch::close);
      between.forEach(LyingRouter::close);
    }
    plants.forEach(
        (device, plant) -> plant.print(result, watches.getFirst(), finding(device, plant)));
    // A turn that only fails may be the machine's doing; what is told and written is not.
    assertThat(result.assessment().violations())
        .filteredOn(v -> v.kind() != Kind.BEYOND_FLOOR)
        .as("somebody else is accused; seed %d", SEED)
        .allMatch(v -> plants.keySet().stream().anyMatch(device -> v.toString().contains(device)));
    plants.forEach((device, plant) -> {
      assertThat(plant.millis()).as("%s: planted", plant.what).isPositive();
      assertThat(result.assessment().violations())
          .as("%s, at %s", plant.what, device)
          .anyMatch(finding(device, plant));
    });
  }

  private static java.util.function.Predicate<Violation> finding(String device, Plant plant) {
    return v -> plant.kinds.contains(v.kind()) && v.toString().contains(device);
  }

  private static boolean isOf(String device, TurnStart turn) {
    return turn.isSpeech() && turn.client().equals(Endpoint.client(device));
  }

  private static boolean isOf(String device, TurnStart turn, Plant plant) {
    if (isOf(device, turn)) {
      plant.done();
      return true;
    }
    return false;
  }
}
