package dev.parley.trials.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.Dispatcher;
import dev.parley.trials.chaos.Violation.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Something unexpected is thrown out of any method of what works on a partition: worker, partition,
 * tenure, flow and the callbacks of others. It may cost turns of that partition, but no process, no
 * neighbour and no promise.
 */
final class ThrowerTest {
  /** Whose methods throw: all classes of these packages but the shared parts of the process. */
  private static final List<String> PACKAGES =
      List.of("dev.parley.dispatcher", "dev.parley.dispatcher.flow");

  private static final Set<String> SHARED =
      Set.of(
          "AppendMetrics",
          "Dispatcher",
          "DispatcherConfig",
          "DispatcherGauges",
          "DispatcherMetrics",
          "DispatcherParts",
          "KafkaMemory",
          "LaneMetrics",
          "LedgerLag",
          "MonotonicClock",
          "PartitionMetrics",
          "Capacity",
          "LoggedTurns",
          "ClosedTurnLog",
          "package-info");

  /** Of the worker that leads a partition, what nobody but its own thread calls. */
  private static final List<String> WORKER =
      List.of(
          "dev.parley.turnlog.OwnerAtWork",
          "dev.parley.turnlog.FailedOwners",
          "dev.parley.turnlog.Strikes");

  /** What no failure excuses. */
  private static final Set<Kind> PROMISES =
      EnumSet.of(
          Kind.NOT_CLOSED,
          Kind.UNTOLD,
          Kind.MISTOLD,
          Kind.UNSENT,
          Kind.PREFIX,
          Kind.MIXED,
          Kind.FOREIGN,
          Kind.DOUBLED,
          Kind.ORDER,
          Kind.STRAY,
          Kind.GAP);

  /** What the compiler writes for records, and hardly anybody calls. */
  private static final Pattern RECORDS_OWN =
      Pattern.compile("\\.(toString\\(\\)|hashCode\\(\\)|equals\\(Ljava/lang/Object;\\))");

  private static final int DISPATCHERS = 2;
  private static final Duration QUIET = Duration.ofSeconds(60);

  @TempDir private Path folder;
  @TempDir private Path logs;

  @Test
  void someMethods() throws Exception {
    throwOutOf(seed(), 12);
  }

  @Test
  @Tag("long")
  @Timeout(value = 90, unit = TimeUnit.MINUTES)
  void everyMethod() throws Exception {
    throwOutOf(seed(), Integer.MAX_VALUE);
  }

  /** A new one, or that of {@code -Dthrower.seed}. */
  private static long seed() {
    return Long.getLong("thrower.seed", new Random().nextLong());
  }

  private void throwOutOf(long seed, int most) throws Exception {
    System.out.println("seed " + seed);
    ThrowingClasses classes = new ThrowingClasses(folder);
    for (String name : names()) {
      classes.add(name);
    }
    for (String name : WORKER) {
      classes.add(name);
    }
    assertThat(classes.methods()).as("methods found").hasSizeGreaterThan(150);
    List<String> targets = new ArrayList<>(classes.methods());
    targets.removeIf(method -> RECORDS_OWN.matcher(method).find());
    Collections.shuffle(targets, new Random(seed));
    targets = targets.subList(0, Math.min(most, targets.size()));
    Files.write(folder.resolve(Thrower.TARGETS), targets);

    ChaosPlan plan = new ChaosPlan(seed, 0, 0, 24, DISPATCHERS, 24, 10, 0, "classic", List.of());
    Interposed throwing =
        new Interposed() {
          @Override
          public Optional<Path> dispatcherClasses() {
            return Optional.of(folder);
          }
        };
    // Each waits for four seconds at most until it is called, in both processes at once.
    long runNanos =
        Duration.ofSeconds(10).plus(Duration.ofSeconds(4).multipliedBy(targets.size())).toNanos();
    try (ChaosRun run = new ChaosRun(plan, logs, Silence.SILENCE, throwing)) {
      ChaosResult result =
          run.run(
              injector -> {
                injector.awaitReady();
                long until = System.nanoTime() + runNanos;
                while (System.nanoTime() - until < 0 && !isOver()) {
                  LockSupport.parkNanos(100_000_000);
                }
              },
              QUIET);
      List<String> thrown = thrown();
      System.out.println(
          "%d thrown in %d processes, of %d methods"
              .formatted(thrown.size(), DISPATCHERS, targets.size()));
      assertThat(thrown).as("thrown").isNotEmpty();
      assertThat(result.endedByThemselves())
          .as("dispatchers that ended, after %s", thrown)
          .isEmpty();
      assertThat(result.assessment().violations())
          .as("seed %s, after %s", seed, thrown)
          .noneMatch(violation -> PROMISES.contains(violation.kind()));
    }
  }

  private boolean isOver() {
    return noted().stream().filter(line -> line.endsWith(" " + Thrower.OVER)).count()
        >= DISPATCHERS;
  }

  private List<String> thrown() {
    return noted().stream().filter(line -> !line.endsWith(" " + Thrower.OVER)).toList();
  }

  private List<String> noted() {
    Path file = folder.resolve(Thrower.THROWN);
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of all classes that are found in the packages, in folders or in jars. */
  private static List<String> names() throws IOException, URISyntaxException {
    List<String> names = new ArrayList<>();
    for (String one : PACKAGES) {
      String folder = one.replace('.', '/');
      Path home =
          Path.of(Dispatcher.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(home)) {
        names.addAll(names(one, home.resolve(folder)));
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(home)) {
          names.addAll(names(one, jar.getPath(folder)));
        }
      }
    }
    return names;
  }

  private static List<String> names(String one, Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(file -> file.endsWith(".class"))
          .map(file -> file.substring(0, file.length() - ".class".length()))
          .filter(name -> !SHARED.contains(name.split("\\$", 2)[0]))
          .sorted()
          .map(name -> one + "." + name)
          .toList();
    }
  }
}
