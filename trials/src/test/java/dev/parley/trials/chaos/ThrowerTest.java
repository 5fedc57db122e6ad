package dev.parley.trials.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.Dispatcher;
import dev.parley.dispatcher.flow.PartitionFlow;
import dev.parley.trials.chaos.Violation.Kind;
import dev.parley.turnlog.PartitionLoop;
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
import java.util.Map;
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
  /** Whose methods throw: all classes in the packages of these, but those left out. */
  private static final List<Class<?>> PACKAGES =
      List.of(Dispatcher.class, PartitionFlow.class, PartitionLoop.class);

  private static final String STARTS = "it is of the process, which ends if it can't start";
  private static final String POLLS =
      "it is the poll thread's alone, which may end the process and does so in the open";
  private static final String TELLS = "it tells operators how things stand";

  /** Why nothing is thrown out of these. */
  private static final Map<String, String> LEFT_OUT =
      Map.ofEntries(
          Map.entry("AppendMetrics", TELLS),
          Map.entry("Capacity", STARTS),
          Map.entry("ClosedTurnLog", TELLS),
          Map.entry("Dispatcher", STARTS),
          Map.entry("DispatcherConfig", STARTS),
          Map.entry("DispatcherGauges", TELLS),
          Map.entry("DispatcherMetrics", TELLS),
          Map.entry("DispatcherParts", STARTS),
          Map.entry("KafkaMemory", STARTS),
          Map.entry("LaneMetrics", TELLS),
          Map.entry("LedgerLag", TELLS),
          Map.entry("LoggedTurns", STARTS),
          Map.entry("MonotonicClock", "every thread has it"),
          Map.entry("PartitionMetrics", TELLS),
          Map.entry("Commits", POLLS),
          Map.entry("HeldPartition", POLLS),
          Map.entry("HeldPartitions", POLLS),
          Map.entry("KafkaAddress", STARTS),
          Map.entry("KafkaAnswers", STARTS),
          Map.entry("KafkaGreeting", STARTS),
          Map.entry("KafkaSettings", STARTS),
          Map.entry("KafkaWatch", TELLS),
          Map.entry("LoopTrouble", TELLS),
          Map.entry("Part", STARTS),
          Map.entry("PartitionLoop", STARTS),
          Map.entry("PartitionState", TELLS),
          Map.entry("PollThread", POLLS),
          Map.entry("PollTroubles", POLLS),
          Map.entry("Progress", TELLS),
          Map.entry("StartException", STARTS),
          Map.entry("TopicCheck", STARTS),
          Map.entry("Topics", STARTS),
          Map.entry("Trouble", TELLS),
          Map.entry("package-info", "it is no class"));

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
    List<String> all = names();
    assertThat(all.stream().map(ThrowerTest::outermost))
        .as("classes, of which some are left out")
        .containsAll(LEFT_OUT.keySet());
    for (String name : all) {
      if (!LEFT_OUT.containsKey(outermost(name))) {
        classes.add(name);
      }
    }
    assertThat(classes.methods()).as("methods found").hasSizeGreaterThan(400);
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

  /** The simple name of the class whose file it is in. */
  private static String outermost(String name) {
    return name.substring(name.lastIndexOf('.') + 1).split("\\$", 2)[0];
  }

  /** The names of all classes that are found in the packages, in folders or in jars. */
  private static List<String> names() throws IOException, URISyntaxException {
    List<String> names = new ArrayList<>();
    for (Class<?> one : PACKAGES) {
      String name = one.getPackageName();
      String folder = name.replace('.', '/');
      Path home = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(home)) {
        names.addAll(names(name, home.resolve(folder)));
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(home)) {
          names.addAll(names(name, jar.getPath(folder)));
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
          .sorted()
          .map(name -> one + "." + name)
          .toList();
    }
  }
}
