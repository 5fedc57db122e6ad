package dev.parley.trials.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.trials.chaos.FaultyClasses;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mutant dies by a test beside its class, in a process that has the mutant in its place. */
@Tag("long")
final class MutantsTest {
  @TempDir private Path folder;

  static Stream<Mutant> mutants() {
    return Mutant.ALL.stream();
  }

  private static Path project() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("turn-log/pom.xml"))) {
      folder = Optional.ofNullable(folder.getParent()).orElseThrow();
    }
    return folder;
  }

  private int run(Optional<Path> first, List<String> tests)
      throws IOException, InterruptedException {
    List<String> path = new ArrayList<>();
    first.ifPresent(classes -> path.add(classes.toString()));
    for (String module : List.of("turn-log", "dispatcher", "directive-router", "cli")) {
      Path classes = project().resolve(module).resolve("target/test-classes");
      assertThat(classes).as("the tests of %s, built with them", module).exists();
      path.add(classes.toString());
    }
    path.add(System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dtests.patience.seconds=10");
    command.add("-cp");
    command.add(String.join(File.pathSeparator, path));
    command.add(RunTests.class.getName());
    tests.forEach(test -> command.add("dev.parley." + test));
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      assertThat(process.waitFor(150, TimeUnit.SECONDS)).as("the tests' end").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue())
        .as(() -> "what the tests said: " + read(said))
        .isIn(RunTests.PASSED, RunTests.FAILED);
    return process.exitValue();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void withoutAMutantTheTestsPass() throws Exception {
    List<String> tests = mutants().flatMap(mutant -> mutant.tests().stream()).distinct().toList();
    assertThat(run(Optional.empty(), tests))
        .as(() -> read(folder.resolve("said")))
        .isEqualTo(RunTests.PASSED);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutants")
  void aMutantDies(Mutant mutant) throws Exception {
    Path classes =
        FaultyClasses.compile(
            mutant.module() + "/src/main/java/dev/parley/" + mutant.source(),
            Map.of(mutant.was(), mutant.is()),
            folder);
    assertThat(run(Optional.of(classes), mutant.tests()))
        .as(mutant.what())
        .isEqualTo(RunTests.FAILED);
  }
}
