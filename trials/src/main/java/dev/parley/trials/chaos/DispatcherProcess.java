package dev.parley.trials.chaos;

import dev.parley.cli.command.CommandException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A dispatcher in a process of its own, which can be hurt. What it holds is read from its log,
 * which is kept in a file.
 */
final class DispatcherProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DispatcherProcess.class);
  private static final Pattern CLAIMED =
      Pattern.compile("partition (\\d+): taken over as owner (\\d+)");
  private static final Pattern HOLDING = Pattern.compile("holding \\[([0-9, ]*)]");
  private static final int USUAL_HEAP_MIB = 320;

  /** Nobody finishes a partition for longer. */
  private static final long LEAVING_NANOS = TimeUnit.SECONDS.toNanos(12);

  private static final List<String> JAVA =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+ExitOnOutOfMemoryError");

  private final String name;
  private final Process process;
  private final Thread reader;
  private final Map<Integer, Long> owners = new HashMap<>();
  private final Map<Integer, Long> leftNanos = new HashMap<>();
  private Set<Integer> held = Set.of();

  private DispatcherProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.reader = Thread.ofVirtual().name("log-of-" + name).start(() -> read(log));
  }

  /**
   * Starts one.
   *
   * @param arguments of the command {@code dispatcher}
   * @param classes a folder with classes that it loads in the place of its own
   * @param logs the folder for its log
   */
  static DispatcherProcess start(
      String name, List<String> arguments, Optional<Path> classes, Path logs)
      throws CommandException {
    return start(name, arguments, classes, logs, USUAL_HEAP_MIB);
  }

  /** Starts one whose heap may be so large. */
  static DispatcherProcess start(String name, List<String> arguments, Path logs, int heapMib)
      throws CommandException {
    return start(name, arguments, Optional.empty(), logs, heapMib);
  }

  private static DispatcherProcess start(
      String name, List<String> arguments, Optional<Path> classes, Path logs, int heapMib)
      throws CommandException {
    String path = System.getProperty("java.class.path");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JAVA);
    command.add("-Xmx" + heapMib + "m");
    command.addAll(
        List.of("-cp", classes.map(first -> first + File.pathSeparator + path).orElse(path)));
    command.addAll(List.of("dev.parley.cli.Main", "dispatcher"));
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new DispatcherProcess(name, process, logs.resolve(name + ".log"));
    } catch (IOException e) {
      throw new CommandException("a dispatcher does not start: " + e.getMessage(), e);
    }
  }

  private void read(Path log) {
    try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        PrintStream copy =
            new PrintStream(Files.newOutputStream(log), true, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        copy.println(line);
        note(line);
      }
    } catch (IOException e) {
      // It was killed, which closes its output.
      LOG.debug("the log of {} ends: {}", name, e.getMessage());
    }
  }

  private synchronized void note(String line) {
    Matcher claimed = CLAIMED.matcher(line);
    Matcher holding = HOLDING.matcher(line);
    if (claimed.find()) {
      // A claim that was under way when the partition was revoked still comes to its end.
      Integer partition = Integer.valueOf(claimed.group(1));
      if (held.contains(partition)) {
        owners.put(partition, Long.valueOf(claimed.group(2)));
      }
    } else if (holding.find()) {
      held.forEach(partition -> leftNanos.put(partition, System.nanoTime()));
      held =
          Arrays.stream(holding.group(1).split("[, ]+"))
              .filter(number -> !number.isEmpty())
              .map(Integer::valueOf)
              .collect(Collectors.toSet());
      owners.keySet().retainAll(held);
      leftNanos.keySet().removeAll(held);
    }
  }

  String name() {
    return name;
  }

  /** The partitions that it has taken over and holds, each with its number as owner. */
  synchronized Map<Integer, Long> owners() {
    return Map.copyOf(owners);
  }

  /** The partitions that it has given away lately, and may be finishing still. */
  synchronized Set<Integer> leaving() {
    leftNanos.values().removeIf(left -> System.nanoTime() - left > LEAVING_NANOS);
    return Set.copyOf(leftNanos.keySet());
  }

  /** Whether it holds partitions that it has not taken over yet. */
  synchronized boolean isClaiming() {
    return !owners.keySet().containsAll(held);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  /** SIGTERM, and waits for its end; SIGKILL after a while. */
  void terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      kill();
      process.waitFor();
    }
  }

  /** SIGSTOP. */
  void pause() throws CommandException, InterruptedException {
    signal("-STOP");
  }

  /** SIGCONT. */
  void resume() throws CommandException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws CommandException, InterruptedException {
    try {
      Process sent = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
      if (sent.waitFor() != 0) {
        throw new CommandException("kill " + signal + " " + process.pid() + " failed");
      }
    } catch (IOException e) {
      throw new CommandException("there is no program \"kill\": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    kill();
    try {
      process.waitFor();
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
