package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run of seconds with a handful of dialogs: whether it measures, not what. */
class BenchTest {
  private static final Sizes FEW =
      new Sizes(
          Duration.ofSeconds(1),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          1,
          10,
          10,
          20,
          20,
          1,
          Duration.ofSeconds(1),
          0.05,
          20,
          1,
          20,
          10);

  @Test
  @Timeout(240)
  void everyRowHasBothSidesAndARatio(@TempDir Path out) throws Exception {
    Plan plan =
        new Plan("test", FEW, EnumSet.allOf(Row.class), 1, 5, List.of(), List.of(), 2, out, false);
    Results results;
    try (Bench bench = new Bench(plan, _ -> {})) {
      results = bench.run();
    }

    assertThat(results.figures()).extracting(Figure::row).containsAll(plan.rows());
    assertThat(results.windows())
        .isNotEmpty()
        .allSatisfy(measured -> assertThat(measured.window().chunks()).isPositive());
    assertThat(results.figures())
        .allSatisfy(figure -> {
          assertThat(figure.our()).isFinite();
          assertThat(figure.against().isPresent()).isEqualTo(figure.row() != Row.P6);
          assertThat(figure.ratio().orElse(1.0)).isPositive();
        });
    assertThat(results.figures())
        .filteredOn(figure -> figure.row() == Row.P6 && figure.what().startsWith("kill"))
        .allSatisfy(figure -> assertThat(figure.our()).isGreaterThan(1));

    Report report = new Report(plan, results, Map.of("machine", "<this>"));
    report.write();
    assertThat(Json.object(Files.readAllBytes(out.resolve("results.json"))).get("figures"))
        .hasSameSizeAs(results.figures());
    assertThat(out.resolve("results.html")).content().contains("<svg", "&lt;this&gt;");
    assertThat(report.lines()).anySatisfy(line -> assertThat(line).contains("P1", "direct"));
  }

  @Test
  void quickMayBeSaidAsAWord() {
    assertThat(Main.withFlags(new String[] {"bench", "quick", "--seed", "2"}))
        .containsExactly("bench", "--quick", "--seed", "2");
    assertThat(Main.withFlags(new String[] {"bench", "quack"})).containsExactly("bench", "quack");
  }
}
