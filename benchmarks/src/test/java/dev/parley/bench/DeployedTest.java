package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.cli.command.CommandException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeployedTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final String OF_THE_CONTAINER = "-XX:MaxRAMPercentage=75";

  @TempDir Path folder;

  @Test
  void theImageSaysItsCollectorAndItsShareOfMemory() throws Exception {
    Deployed deployed = Deployed.of(HOME);
    assertThat(deployed.main()).isEqualTo("dev.parley.cli.Main");
    assertThat(deployed.options())
        .contains(OF_THE_CONTAINER)
        .containsOnlyOnce("-XX:+UseParallelGC")
        .filteredOn(option -> option.matches("-XX:\\+Use\\w+GC"))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dispatcher", "router", "producer"})
  void theLauncherRunsJavaAsTheImageDoesButForTheContainersMemory(String part) throws Exception {
    List<String> launched = launched(part);
    List<String> options = new ArrayList<>();
    for (String option : launched.subList(0, launched.indexOf("-cp"))) {
      if (option.startsWith("@")) {
        Files.readAllLines(Path.of(option.substring(1))).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .forEach(options::add);
      } else {
        options.add(option);
      }
    }
    List<String> inImage = new ArrayList<>(Deployed.of(HOME).options());
    inImage.remove(OF_THE_CONTAINER);
    assertThat(options).containsExactlyInAnyOrderElementsOf(inImage);
    assertThat(launched).endsWith(part, "--some-option");
  }

  @Test
  void whatIsMeasuredRunsWithTheImagesOptions() throws Exception {
    Build build = Build.own(HOME);
    assertThat(build.deployed()).isEqualTo(Deployed.of(HOME));
  }

  @Test
  void anEntryPointInAnotherFormIsRefused() throws Exception {
    Path file = Files.createDirectories(folder.resolve("deploy/parley")).resolve("Dockerfile");
    Files.writeString(file, "FROM x\nENTRYPOINT [\"/opt/parley/run\"]\n");
    assertThatThrownBy(() -> Deployed.of(folder))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("ENTRYPOINT");
    assertThatThrownBy(() -> Deployed.of(folder.resolve("nowhere")))
        .isInstanceOf(CommandException.class);
  }

  /** The words that the launcher gives to Java, told by a Java that does nothing but tell. */
  private List<String> launched(String part) throws Exception {
    Path home = Files.createDirectories(folder.resolve("a checkout"));
    executable(home.resolve("parley"), Files.readString(HOME.resolve("parley")));
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    Path deploy = Files.createDirectories(home.resolve("deploy/parley"));
    Files.copy(HOME.resolve("deploy/parley/java-options"), deploy.resolve("java-options"));
    executable(
        home.resolve("mvnw"),
        "#!/bin/sh\nmkdir -p demo/target/lib && touch demo/target/a.jar demo/target/lib/b.jar\n");
    Path jdk = folder.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25\"\n");
    executable(jdk.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    executable(jdk.resolve("bin/javac"), "#!/bin/sh\n");
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("parley").toString(), part, "--some-option")
            .redirectOutput(out.toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(variable -> variable.startsWith("PARLEY_"));
    builder.environment().put("JAVA_HOME", jdk.toString());
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    List<String> said = Files.readAllLines(out);
    assertThat(process.exitValue()).as("%s", said).isZero();
    return said.stream().filter(line -> !line.startsWith("Building Parley")).toList();
  }

  private static void executable(Path file, String text) throws Exception {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
