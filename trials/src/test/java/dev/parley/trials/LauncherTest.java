package dev.parley.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a checkout of its own, with a JDK and a Maven that only say what they are told.
 */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "parley");

  @TempDir Path folder;
  private Path root;
  private Path jdk;
  private Path tools;

  @BeforeEach
  void checkOut() throws IOException {
    root = Files.createDirectories(folder.resolve("a check out"));
    Files.copy(LAUNCHER, root.resolve("parley"));
    executable(root.resolve("parley"));
    write(root.resolve("pom.xml"), "<project/>");
    write(root.resolve("cli/pom.xml"), "<project/>");
    write(root.resolve("cli/src/main/java/A.java"), "class A {}");
    jdk = jdk("jdk 25", "25.0.1");
    tools = Files.createDirectories(folder.resolve("tools"));
    write(
        tools.resolve("mvn"),
        "#!/bin/sh",
        "echo \"mvn $*\" >>'" + folder + "/calls'",
        "echo \"home $JAVA_HOME\" >>'" + folder + "/calls'",
        "if [ -e '" + folder + "/red' ]; then",
        "  mkdir -p cli/target/surefire-reports && cd cli/target/surefire-reports || exit 1",
        "  echo '<testsuite><testcase><failure type=\"x\"/></testcase></testsuite>' >TEST-dev.A.xml",
        "  echo '<testsuite><testcase/></testsuite>' >TEST-dev.B.xml",
        "  echo 'what A wrote' >dev.A-output.txt",
        "  echo 'what B wrote' >dev.B-output.txt",
        "  exit 1",
        "fi",
        "[ -e '" + folder + "/broken' ] && echo '[ERROR] A.java does not compile' && exit 1",
        "for module in demo trials benchmarks; do",
        "  mkdir -p $module/target/lib && touch $module/target/$module.jar $module/target/lib/x.jar",
        "done",
        "exit 0");
    executable(tools.resolve("mvn"));
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    write(home.resolve("release"), "IMPLEMENTOR=\"x\"", "JAVA_VERSION=\"" + version + "\"");
    write(
        home.resolve("bin/java"),
        "#!/bin/sh",
        "echo 'java of " + version + "'",
        "for word; do echo \"<$word>\"; done",
        "exit 7");
    write(home.resolve("bin/javac"), "#!/bin/sh");
    executable(home.resolve("bin/java"));
    executable(home.resolve("bin/javac"));
    return home;
  }

  private record Outcome(int status, String out) {}

  private Outcome parley(String... arguments) throws Exception {
    return start(root.resolve("parley"), jdk, arguments);
  }

  private Outcome start(Path launcher, Path javaHome, String... arguments) throws Exception {
    return outcome(launch(launcher, javaHome, arguments));
  }

  private Process launch(Path launcher, Path javaHome, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("bash", launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PARLEY_"));
    environment.put("JAVA_HOME", javaHome.toString());
    environment.put("PATH", tools + ":/usr/bin:/bin");
    return builder.redirectErrorStream(true).start();
  }

  private static Outcome outcome(Process process) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), out);
  }

  private List<String> builds() throws IOException {
    Path calls = folder.resolve("calls");
    return Files.exists(calls)
        ? Files.readAllLines(calls).stream().filter(line -> line.startsWith("mvn ")).toList()
        : List.of();
  }

  @Test
  void itBuildsOnceAndRunsTheCommandWithItsArguments() throws Exception {
    Outcome first = parley("speak", "--text", "two words", "");
    assertThat(first.out())
        .contains("Building Parley once", "java of 25.0.1", "<dev.parley.demo.Main>")
        .contains("<speak>\n<--text>\n<two words>\n<>\n");
    assertThat(first.status()).isEqualTo(7);
    assertThat(parley("version").out()).doesNotContain("Building");
    assertThat(builds()).singleElement().asString().contains("-Dquick", "package");
  }

  @Test
  void trialsAndBenchmarksAreBuiltWhenTheyAreAskedFor() throws Exception {
    assertThat(parley("chaos", "--seed", "7").out())
        .contains("Building Parley once", "<dev.parley.trials.Main>\n<chaos>\n<--seed>\n<7>\n");
    assertThat(parley("help", "bench").out())
        .contains("Building Parley once", "<dev.parley.bench.Main>\n<help>\n<bench>\n");
    assertThat(builds())
        .satisfiesExactly(
            trials -> assertThat(trials).contains("-pl trials -am"),
            bench -> assertThat(bench).contains("-pl benchmarks -am"));
  }

  @Test
  void itBuildsWithTheJdkThatItRunsWith() throws Exception {
    parley("version");
    assertThat(Files.readString(folder.resolve("calls"))).contains("home " + jdk);
  }

  @Test
  void itBuildsAgainWhenASourceIsNewer() throws Exception {
    parley("version");
    Files.setLastModifiedTime(
        root.resolve("cli/src/main/java/A.java"), FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(parley("version").out()).contains("Building");
    assertThat(builds()).hasSize(2);
  }

  @Test
  void whatRunsKeepsItsJarsWhenANewerBuildComes() throws Exception {
    String running = classPath(parley("dispatcher"));
    Files.setLastModifiedTime(root.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(5)));
    String next = classPath(parley("dispatcher"));
    assertThat(next).isNotEqualTo(running);
    assertThat(Path.of(running.replace("/*", ""))).isNotEmptyDirectory();
  }

  @Test
  void twoThatStartAtOnceBuildOnce() throws Exception {
    Process first = launch(root.resolve("parley"), jdk, "version");
    Process second = launch(root.resolve("parley"), jdk, "version");
    assertThat(outcome(first).status()).isEqualTo(7);
    assertThat(outcome(second).status()).isEqualTo(7);
    assertThat(builds()).hasSize(1);
  }

  @Test
  void aBuildThatFailsSaysWhyAndWhereAllOfItStands() throws Exception {
    write(folder.resolve("broken"), "");
    Outcome outcome = parley("version");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .contains(
            "[ERROR] A.java does not compile", "parley: the build failed", "target/build.log");
    Files.delete(folder.resolve("broken"));
    assertThat(parley("version").out()).contains("java of 25.0.1");
  }

  @Test
  void itWorksThroughSymbolicLinks() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("second"), Path.of("../a check out/parley"));
    Files.createSymbolicLink(bin.resolve("first"), Path.of("second"));
    assertThat(start(bin.resolve("first"), jdk, "version").out()).contains("java of 25.0.1");
  }

  @Test
  void anOldJavaHomeIsPassedOverForANewerJdk() throws Exception {
    Path old = jdk("jdk-17", "17.0.9");
    executable(Files.copy(jdk.resolve("bin/java"), tools.resolve("java")));
    Files.delete(tools.resolve("java"));
    Files.createDirectories(tools.resolve("jdk/bin"));
    Files.createSymbolicLink(tools.resolve("java"), jdk.resolve("bin/java"));
    Outcome outcome = start(root.resolve("parley"), old, "version");
    assertThat(outcome.out()).contains("java of 25.0.1").doesNotContain("java of 17");
  }

  @Test
  void testsRunThroughMavenWithAllChecks() throws Exception {
    assertThat(parley("test", "-pl", "cli").status()).isZero();
    assertThat(builds()).containsExactly("mvn -B -ntp -Dspotless.goal=check verify -pl cli");
  }

  @Test
  void whatFailingTestsWroteIsPrintedAndNothingElse() throws Exception {
    write(folder.resolve("red"), "");
    Path old = root.resolve("demo/target/surefire-reports");
    write(old.resolve("TEST-dev.Old.xml"), "<testsuite><testcase><error/></testcase></testsuite>");
    write(old.resolve("dev.Old-output.txt"), "what failed yesterday");
    Files.setLastModifiedTime(
        old.resolve("TEST-dev.Old.xml"), FileTime.from(Instant.now().minusSeconds(60)));
    Outcome outcome = parley("test");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("the last that dev.A wrote", "what A wrote")
        .doesNotContain("what B wrote", "what failed yesterday");
  }

  @Test
  void classesThatWereBuiltWithoutChecksAreNotTakenForTestedOnes() throws Exception {
    parley("version");
    Path classes = Files.createDirectories(root.resolve("cli/target/classes"));
    parley("test");
    assertThat(classes).doesNotExist();
  }

  private static String classPath(Outcome outcome) {
    return outcome
        .out()
        .lines()
        .filter(line -> line.endsWith("/*>"))
        .findFirst()
        .orElseThrow()
        .replaceAll("[<>]", "");
  }

  private static void write(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, List.of(lines));
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
