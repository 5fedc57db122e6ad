package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
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
          10,
          Duration.ofSeconds(1));

  /** What it does stands with a failing test. */
  private static final Consumer<String> TELL = System.out::println;

  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  private static Plan plan(Set<Row> rows, Optional<Build> against, Path out) throws Exception {
    return new Plan(
        "test",
        FEW,
        rows,
        EnumSet.allOf(Transport.class),
        1,
        Build.own(HOME),
        against,
        1,
        List.of(),
        List.of(),
        2,
        out,
        false);
  }

  @Test
  @Timeout(600)
  void everyRowHasBothSidesAndARatio(@TempDir Path out) throws Exception {
    Plan plan = plan(EnumSet.allOf(Row.class), Optional.empty(), out);
    Results results;
    try (Bench bench = new Bench(plan, TELL)) {
      results = bench.run();
    }

    assertThat(results.figures()).extracting(Figure::row).containsAll(plan.rows());
    assertThat(results.windows())
        .isNotEmpty()
        .allSatisfy(measured -> {
          Window.Account account = measured.window().account();
          assertThat(account.arrived()).isPositive();
          assertThat(account.missing()).as("%s", measured).isZero();
          assertThat(measured.window().session())
              .startsWith(measured.window().transport() == Transport.TLS ? "TLSv1.3" : "");
        });
    assertThat(results.figures())
        .filteredOn(figure -> figure.transport() == Transport.TLS)
        .extracting(Figure::row)
        .contains(Row.P1, Row.P2);
    assertThat(results.figures())
        .allSatisfy(figure -> {
          assertThat(figure.against().isPresent()).isEqualTo(figure.row() != Row.P6);
          assertThat(figure.ours()).isNotEmpty();
          assertThat(figure.other().isEmpty()).isEqualTo(figure.row() == Row.P6);
        });
    assertThat(results.figures())
        .filteredOn(figure -> figure.row() == Row.P6 && figure.what().startsWith("kill"))
        .hasSize(2)
        .allSatisfy(figure -> assertThat(figure.our()).isGreaterThan(1));

    Report report = new Report(plan, results, Map.of("machine", "<this>"));
    report.write();
    assertThat(Json.object(Files.readAllBytes(out.resolve("results.json"))).get("figures"))
        .hasSameSizeAs(results.figures());
    assertThat(out.resolve("results.html")).content().contains("<svg", "&lt;this&gt;");
    assertThat(report.lines()).anySatisfy(line -> assertThat(line).contains("P1", "floor"));
  }

  @Test
  @Timeout(300)
  void twoBuildsAreComparedByTheirDispatchers(@TempDir Path out) throws Exception {
    Build own = Build.own(HOME);
    Build other = new Build("another", own.classPath(), own.deployed());
    Plan plan = plan(EnumSet.of(Row.P1), Optional.of(other), out);
    Results results;
    try (Bench bench = new Bench(plan, TELL)) {
      results = bench.run();
    }
    assertThat(results.figures())
        .hasSize(4)
        .allSatisfy(figure -> {
          assertThat(figure.against()).hasValue("another");
          assertThat(figure.rule()).isInstanceOf(Rule.NoWorse.class);
        });
    assertThat(results.windows())
        .extracting(measured -> measured.window().side())
        .contains("dispatcher", "other-build", "dispatcher-tls", "other-build-tls");
  }

  @Test
  void onlySomeRowsCompareBuilds() throws Exception {
    assertThat(BenchCommand.compared(Optional.empty())).containsExactly(Row.P1, Row.P2);
    assertThat(BenchCommand.compared(Optional.of(Set.of(Row.P2)))).containsExactly(Row.P2);
    assertThat(BenchCommand.compared(Optional.of(Set.of(Row.P4)))).containsExactly(Row.P4);
    assertThatThrownBy(() -> BenchCommand.compared(Optional.of(Set.of(Row.P1, Row.P6))))
        .hasMessageContaining("P1, P2, P4");
  }

  @Test
  void whatWouldMeasureNothingIsRefused() throws Exception {
    Set<Transport> tls = EnumSet.of(Transport.TLS);
    BenchCommand.checkForms(EnumSet.of(Row.P2, Row.P4), tls);
    assertThatThrownBy(() -> BenchCommand.checkForms(EnumSet.of(Row.P4), tls))
        .hasMessageContaining("--transport");
  }

  @Test
  void quickMayBeSaidAsAWord() {
    assertThat(Main.withFlags(new String[] {"bench", "quick", "--seed", "2"}))
        .containsExactly("bench", "--quick", "--seed", "2");
    assertThat(Main.withFlags(new String[] {"bench", "quack"})).containsExactly("bench", "quack");
  }
}
