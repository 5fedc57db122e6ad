package dev.parley.trials.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run in a process of its own, which is told to end. */
@Timeout(300)
class InterruptedChaosTest {
  private static final int ENDED_BY_SIGTERM = 143;

  @TempDir private Path folder;
  private Process process;
  private Path said;

  @BeforeEach
  void start() throws IOException {
    said = folder.resolve("said");
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.parley.trials.Main",
                "chaos",
                "--devices",
                "2",
                "--dispatchers",
                "1")
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
  }

  @AfterEach
  void kill() {
    process.destroyForcibly();
  }

  private List<String> brokerFolders() throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("temporary"))) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("parley-broker"))
          .toList();
    }
  }

  private void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(Duration.ofMinutes(2))
        .failFast("it lives", () -> !process.isAlive())
        .until(condition);
  }

  private void endsAsInterrupted() throws Exception {
    List<ProcessHandle> children = process.children().toList();
    assertThat(process.toHandle().destroy()).isTrue();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("it ends").isTrue();
    assertThat(Files.readString(said)).endsWith("parley: interrupted\n");
    assertThat(Files.readString(said).lines().filter(line -> line.startsWith("parley:")))
        .hasSize(1);
    assertThat(process.exitValue()).isEqualTo(ENDED_BY_SIGTERM);
    assertThat(brokerFolders()).isEmpty();
    assertThat(children).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void whileItsBrokerStarts() throws Exception {
    await("the broker starts", () -> !brokerFolders().isEmpty());
    endsAsInterrupted();
  }

  @Test
  void whileItsDispatchersStart() throws Exception {
    await("a dispatcher starts", () -> process.children().findAny().isPresent());
    endsAsInterrupted();
  }
}
