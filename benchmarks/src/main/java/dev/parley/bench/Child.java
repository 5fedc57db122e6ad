package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of the run; what it logs goes to a file. */
class Child implements AutoCloseable {
  /** For what must be there but is not measured against anything. */
  static final List<String> SMALL =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "-XX:+ExitOnOutOfMemoryError",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-Xmx1g");

  private static final Duration START_WITHIN = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String name;
  private final Process process;
  private final Path log;

  /**
   * Starts one.
   *
   * @param logs the folder for its log
   * @param heard whether its standard output is read, else it goes to the log too
   */
  Child(
      String name,
      List<String> flags,
      String classPath,
      String main,
      List<String> arguments,
      Path logs,
      boolean heard)
      throws CommandException {
    this.name = name;
    this.log = logs.resolve(name + ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    if (!heard) {
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
    }
    // What is set for the run's own shell is no setting of its parts.
    builder.environment().keySet().removeIf(variable -> variable.startsWith("PARLEY_"));
    try {
      this.process = builder.start();
    } catch (IOException e) {
      throw new CommandException(name + " does not start: " + e.getMessage(), e);
    }
  }

  String name() {
    return name;
  }

  Process process() {
    return process;
  }

  /** What it has used of the CPU so far, user and system, in nanoseconds. */
  long cpuNanos() throws CommandException {
    checkAlive();
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  /**
   * @throws CommandException when it has ended, with where to look
   */
  void checkAlive() throws CommandException {
    if (!process.isAlive()) {
      throw new CommandException(
          name + " has ended with status " + process.exitValue() + "; its log is " + log);
    }
  }

  /** What is waited for while a process starts. */
  interface Condition {
    boolean holds() throws InterruptedException;
  }

  /**
   * Waits for what it does when it has started.
   *
   * @throws CommandException when it has ended, or does not do it within a minute
   */
  void await(Condition condition) throws CommandException, InterruptedException {
    long deadline = System.nanoTime() + START_WITHIN.toNanos();
    while (!condition.holds()) {
      checkAlive();
      if (System.nanoTime() - deadline > 0) {
        throw new CommandException(
            name + " was not ready within " + START_WITHIN.toSeconds() + " s; its log is " + log);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
