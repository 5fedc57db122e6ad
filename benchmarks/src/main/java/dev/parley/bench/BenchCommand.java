package dev.parley.bench;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Invocation;
import dev.parley.cli.command.StopSignal;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Form;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Measures Parley in real processes, and says how it stands against its goals. */
final class BenchCommand implements Command {
  private static final Setting<Boolean> QUICK =
      Setting.ofSwitch(
          "quick", "a look of some minutes: shorter and fewer windows; also: bench quick");

  private static final Setting<Set<Row>> ONLY =
      Setting.of("only", rows(), "which rows, with commas between; else all");

  private static final Setting<String> TRANSPORT =
      Setting.of(
              "transport",
              Form.oneOf("both", "clear", "tls"),
              "rows that have a form in clear text and one over TLS: which")
          .orElse("both");

  private static final Setting<Path> AGAINST =
      Setting.of(
          "against",
          Form.PATH,
          "a checkout of another build, such as a git worktree: compares its dispatcher with this one's");

  private static final Setting<Integer> SEED =
      Setting.of(
              "seed",
              Form.number("N", Integer.MIN_VALUE, Integer.MAX_VALUE),
              "where chance begins: who speaks when, and for how long")
          .orElse("1");

  private static final Setting<Integer> DEVICES_PER_LANE =
      Setting.of(
              "devices-per-lane",
              Form.number("N", 1, Endpoint.MAX_CONCURRENT_STREAMS / 3),
              "devices that share an HTTP/2 connection, on every side")
          .orElse("1");

  private static final Setting<Path> OUT =
      Setting.of(
          "out", Form.PATH, "the folder for the results; else a new one under bench-results/");

  private static final Setting<String> DISPATCHER_OPTIONS =
      Setting.of(
          "dispatcher-options",
          Form.TEXT,
          "more options for the dispatcher's command line, with blanks between");

  private static final Setting<String> JAVA_OPTIONS =
      Setting.of(
          "java-options",
          Form.TEXT,
          "more options for Java, of the dispatcher and the other sides, with blanks between");

  private static final Setting<Boolean> PROFILE =
      Setting.ofSwitch(
          "profile",
          "keeps a flight recording (.jfr) of each measured process, which costs it some CPU");

  private static Form<Set<Row>> rows() {
    String words = Arrays.stream(Row.values()).map(Row::toString).collect(Collectors.joining(", "));
    return new Form<>(
        "ROWS",
        "one or several of " + words + ", with commas between",
        text -> {
          Set<Row> rows = EnumSet.noneOf(Row.class);
          for (String word : text.split(",", -1)) {
            rows.add(Row.of(word.strip()).orElseThrow(() -> new IllegalArgumentException(word)));
          }
          return rows;
        });
  }

  @Override
  public String name() {
    return "bench";
  }

  @Override
  public String summary() {
    return "Measures Parley against the simplest that could do the same, and says where it misses a goal.";
  }

  @Override
  public boolean usesKafka() {
    return false;
  }

  @Override
  public String logLevel() {
    return "warn";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(
        QUICK,
        ONLY,
        TRANSPORT,
        AGAINST,
        SEED,
        DEVICES_PER_LANE,
        DISPATCHER_OPTIONS,
        JAVA_OPTIONS,
        OUT,
        PROFILE);
  }

  @Override
  public int run(Invocation invocation)
      throws ConfigException, CommandException, InterruptedException {
    PrintStream out = invocation.console().out();
    Plan plan = plan(invocation.settings(), out::println);
    Map<String, String> circumstances = Circumstances.of(plan);
    circumstances.forEach((name, value) -> out.println(name + ": " + value));
    long began = System.nanoTime();
    Results results;
    try (StopSignal stop = StopSignal.install();
        Bench bench =
            new Bench(
                plan,
                line ->
                    out.println(
                        "%4d s  %s"
                            .formatted((System.nanoTime() - began) / 1_000_000_000, line)))) {
      stop.interruptible();
      results = bench.run();
    }
    Report report = new Report(plan, results, circumstances);
    out.println();
    report.print(out);
    if (plan.name().equals(QUICK.name())) {
      out.println("quick: short windows, few of them; the full form decides.");
    }
    try {
      report.write();
    } catch (IOException e) {
      throw new CommandException("the results can't be written: " + e.getMessage(), e);
    }
    out.println("results.json and results.html are in " + plan.out());
    return results.figures().stream().anyMatch(figure -> figure.verdict().fails())
        ? CommandRunner.FAILED
        : CommandRunner.DONE;
  }

  private static Plan plan(Settings settings, Consumer<String> progress)
      throws ConfigException, CommandException, InterruptedException {
    boolean quick = settings.get(QUICK);
    Path home = home();
    Optional<Build> against = Optional.empty();
    Set<Row> rows = settings.find(ONLY).orElse(EnumSet.allOf(Row.class));
    Sizes sizes = quick ? Sizes.QUICK : Sizes.FULL;
    if (settings.find(AGAINST).isPresent()) {
      rows = compared(settings.find(ONLY));
      sizes = sizes.withAtLeast(Sizes.COMPARED_PAIRS);
      against =
          Optional.of(
              Build.at(settings.find(AGAINST).get().toAbsolutePath().normalize(), progress));
    }
    Set<Transport> transports = transports(settings.get(TRANSPORT));
    checkForms(rows, transports);
    return new Plan(
        quick ? QUICK.name() : "full",
        sizes,
        rows,
        transports,
        settings.get(SEED),
        Build.own(home),
        against,
        settings.get(DEVICES_PER_LANE),
        words(settings.find(DISPATCHER_OPTIONS)),
        words(settings.find(JAVA_OPTIONS)),
        Plan.PARTITIONS,
        folder(settings.find(OUT)),
        settings.get(PROFILE));
  }

  /** Where the sources are that this was built from: the launcher says so. */
  private static Path home() throws CommandException {
    String home = System.getProperty("parley.home");
    if (home == null) {
      throw new CommandException("bench is run by ./parley, which says where its sources are");
    }
    return Path.of(home);
  }

  private static Set<Transport> transports(String word) {
    return word.equals("both")
        ? EnumSet.allOf(Transport.class)
        : EnumSet.of(Transport.valueOf(word.toUpperCase(Locale.ROOT)));
  }

  /** Refuses what would measure nothing. */
  static void checkForms(Set<Row> rows, Set<Transport> transports) throws ConfigException {
    if (rows.stream().noneMatch(row -> transports.stream().anyMatch(row::has))) {
      throw new ConfigException(
          rows + " are measured in clear text only; see --" + TRANSPORT.name());
    }
  }

  /** The rows in which builds are compared. */
  static Set<Row> compared(Optional<Set<Row>> wanted) throws ConfigException {
    Set<Row> possible = EnumSet.allOf(Row.class);
    possible.removeIf(row -> !row.comparesBuilds());
    if (wanted.isPresent() && !possible.containsAll(wanted.get())) {
      throw new ConfigException(
          "--"
              + AGAINST.name()
              + " compares two builds in "
              + possible
              + " only; see --"
              + ONLY.name());
    }
    possible.removeIf(row -> !row.comparesBuildsUnasked());
    return wanted.orElse(possible);
  }

  private static List<String> words(Optional<String> text) {
    return text.map(words -> List.of(words.strip().split("\\s+", -1))).orElse(List.of());
  }

  private static Path folder(Optional<Path> wanted) throws CommandException {
    Path folder =
        wanted.orElseGet(() ->
            Path.of(
                "bench-results",
                DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                    .format(LocalDateTime.now(ZoneId.systemDefault()))));
    try {
      return Files.createDirectories(folder).toAbsolutePath();
    } catch (IOException e) {
      throw new CommandException(
          "the folder " + folder + " can't be made; give another with --out", e);
    }
  }
}
