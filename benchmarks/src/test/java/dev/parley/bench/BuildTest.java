package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.cli.command.CommandException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildTest {
  @TempDir Path home;

  @BeforeEach
  void checkout() throws Exception {
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    Path deploy = Files.createDirectories(home.resolve("deploy/parley"));
    Files.writeString(
        deploy.resolve("Dockerfile"),
        "FROM x\nENTRYPOINT [\"java\", \"-XX:+OldFlag\", \"-cp\", \"/opt/*\", \"old.Main\"]\n");
  }

  private void launcher(String script) throws Exception {
    Path file = home.resolve("parley");
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Build found() throws Exception {
    return Build.at(home, _ -> {});
  }

  /** Jars as launchers keep them that can't say where: {@code target/run-NAME/ID/}. */
  private Path keptJars(String name, String id, String jar) throws Exception {
    Path folder = home.resolve("target/run-" + name);
    Path jars = Files.createDirectories(folder.resolve(id));
    Files.createFile(jars.resolve(jar));
    Files.writeString(folder.resolve("current"), id);
    return jars;
  }

  @Test
  void aLauncherThatSaysItsClassPathIsBelieved() throws Exception {
    launcher("[ \"$1\" = help ] || echo /somewhere/'*'");
    Build build = found();
    assertThat(build.classPath()).isEqualTo("/somewhere/*");
    assertThat(build.deployed().options()).containsExactly("-XX:+OldFlag");
    assertThat(build.deployed().main()).isEqualTo("old.Main");
    assertThat(build.revision()).isEqualTo("no commit known");
  }

  @Test
  void ofOneThatDoesNotTheJarsAreFoundThatItPointsTo() throws Exception {
    launcher("[ \"$1\" = help ] || { echo 'no such command' >&2; exit 2; }");
    keptJars("benchmarks", "1-2", "parley-stand-in.jar");
    Path jars = keptJars("demo", "3-4", "parley-dispatcher-0.1.0.jar");
    assertThat(found().classPath()).isEqualTo(jars + "/*");
  }

  @Test
  void jarsThatAreNowhereAreMissed() throws Exception {
    launcher("[ \"$1\" = help ] || exit 2");
    assertThatThrownBy(this::found).hasMessageContaining("target/run-*/");
  }

  @Test
  void aBuildThatFailsIsToldInItsOwnLastWords() throws Exception {
    launcher("echo 'parley: the build failed; all of it is in a log' >&2; exit 1");
    keptJars("demo", "3-4", "parley-dispatcher-0.1.0.jar");
    assertThatThrownBy(this::found)
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("does not build: parley: the build failed; all of it is in a log");
  }

  @Test
  void aFolderThatIsNoneOrNoCheckoutIsRefused() {
    assertThatThrownBy(() -> Build.at(home.resolve("nowhere"), _ -> {}))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("git worktree add");
    assertThatThrownBy(this::found).hasMessageContaining("no checkout of Parley");
  }
}
