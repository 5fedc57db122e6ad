package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A build whose parts can be started.
 *
 * @param revision its commit, with a word if the checkout has other changes
 */
record Build(String revision, String classPath, Deployed deployed) {
  private static final String LAUNCHER = "parley";
  private static final long BUILD_MINUTES = 15;
  private static final long ANSWER_SECONDS = 60;

  /** The build that this process is of. */
  static Build own(Path home) throws CommandException, InterruptedException {
    return new Build(revision(home), System.getProperty("java.class.path"), Deployed.of(home));
  }

  /**
   * That of another checkout, which its own launcher builds if it must.
   *
   * @param home the checkout's top folder
   * @throws CommandException when there is none, or it does not build; says what to do
   */
  static Build at(Path home, Consumer<String> progress)
      throws CommandException, InterruptedException {
    if (!Files.isDirectory(home)) {
      throw new CommandException(
          home + " is no folder; \"git worktree add FOLDER COMMIT\" makes one of an older build");
    }
    Path launcher = home.resolve(LAUNCHER);
    if (!Files.isExecutable(launcher) || !Files.isRegularFile(home.resolve("pom.xml"))) {
      throw new CommandException(
          home + " is no checkout of Parley: there is no ./parley and pom.xml in it");
    }
    progress.accept("building " + home + " if it must be");
    Said built = run(home, BUILD_MINUTES * 60, launcher.toString(), "help");
    if (built.status() != 0) {
      throw new CommandException(
          home
              + " does not build: "
              + built.lastWords()
              + " (\""
              + launcher
              + " help\" shows all)");
    }
    String classPath = classPath(home, launcher);
    return new Build(revision(home), classPath, Deployed.of(home));
  }

  private static String classPath(Path home, Path launcher)
      throws CommandException, InterruptedException {
    Said said = run(home, ANSWER_SECONDS, launcher.toString(), "class-path");
    if (said.status() == 0 && !said.out().isBlank()) {
      return said.out().strip();
    }
    // Launchers that can't say it keep their jars here.
    return kept(home.resolve("target"))
        .map(folder -> folder + "/*")
        .orElseThrow(() ->
            new CommandException(
                home
                    + " is built, and its jars are not where its launcher should keep them"
                    + " (target/run-*/)"));
  }

  /** The folder with a dispatcher's jar that a launcher points to as its latest. */
  static Optional<Path> kept(Path target) {
    try (Stream<Path> folders = Files.isDirectory(target) ? Files.list(target) : Stream.of()) {
      return folders
          .filter(folder -> Files.isRegularFile(folder.resolve("current")))
          .map(Build::current)
          .filter(Build::holdsDispatcher)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path current(Path folder) {
    try {
      return folder.resolve(Files.readString(folder.resolve("current")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean holdsDispatcher(Path folder) {
    try (Stream<Path> jars = Files.isDirectory(folder) ? Files.list(folder) : Stream.of()) {
      return jars.anyMatch(jar -> jar.getFileName().toString().startsWith("parley-dispatcher"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String revision(Path home) throws CommandException, InterruptedException {
    try {
      Said commit = run(home, ANSWER_SECONDS, "git", "rev-parse", "--short", "HEAD");
      Said changes = run(home, ANSWER_SECONDS, "git", "status", "--porcelain");
      return commit.status() != 0
          ? "no commit known"
          : commit.out().strip() + (changes.out().isBlank() ? "" : " with changes");
    } catch (CommandException e) {
      return "no commit known"; // there is no git, which is no matter of a benchmark's
    }
  }

  private record Said(int status, String out, String err) {
    String lastWords() {
      return err.lines().filter(line -> !line.isBlank()).reduce("", (_, last) -> last).strip();
    }
  }

  private static Said run(Path home, long seconds, String... command)
      throws CommandException, InterruptedException {
    try {
      Path out = Files.createTempFile("parley-bench", ".out");
      Path err = Files.createTempFile("parley-bench", ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(List.of(command))
                .directory(home.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("PARLEY_"));
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
          process.descendants().forEach(ProcessHandle::destroy);
          process.destroy();
          throw new CommandException(
              "\"" + String.join(" ", command) + "\" has not ended within " + seconds + " s");
        }
        return new Said(
            process.exitValue(),
            Files.readString(out, StandardCharsets.UTF_8),
            Files.readString(err, StandardCharsets.UTF_8));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new CommandException(
          "\"" + String.join(" ", command) + "\" can't be run: " + e.getMessage(), e);
    }
  }
}
