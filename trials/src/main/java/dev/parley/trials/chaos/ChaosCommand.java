package dev.parley.trials.chaos;

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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Breaks a running Parley, and checks that every turn came to what was promised. */
public final class ChaosCommand implements Command {
  private static final int PARTITIONS = 6;

  private static final Setting<Integer> SEED =
      Setting.of(
              "seed",
              Form.number("N", Integer.MIN_VALUE, Integer.MAX_VALUE),
              "where chance begins; the same one breaks the same things in the same order")
          .orElse("1");

  private static final Setting<Integer> KILLS =
      Setting.of("kills", Form.number("K", 0, 10_000), "how many dispatchers are killed")
          .orElse("10");

  private static final Setting<Integer> ROUNDS =
      Setting.of("rounds", Form.number("N", 0, 10_000), "how often each other fault is injected")
          .orElse("2");

  private static final Setting<Integer> DEVICES =
      Setting.of("devices", Form.number("D", 1, 10_000), "how many devices speak").orElse("150");

  private static final Setting<Integer> DISPATCHERS =
      Setting.of("dispatchers", Form.number("N", 1, PARTITIONS), "how many dispatchers there are")
          .orElse("3");

  private static final Setting<Integer> STALL_ONE_IN =
      Setting.of(
              "stall-one-in",
              Form.number("N", 1, 10_000),
              "one turn in so many is stalled in each way, where stalls are injected")
          .orElse("100");

  private static final Setting<String> GROUP_PROTOCOL =
      Setting.of(
              "group-protocol",
              Form.oneOf("classic", "consumer"),
              "Kafka's protocol by which dispatchers share the partitions")
          .orElse("classic");

  private static final Setting<Integer> OPEN =
      Setting.of(
          "open-turns",
          Form.number("N", 0, 10_000),
          "how many turns must be open before a fault; else two devices in three");

  private static final Setting<List<Fault>> FAULTS =
      Setting.of("faults", faults(), "which faults, with commas between").orElse("kill");

  private static final Setting<Path> OUT =
      Setting.of("out", Form.PATH, "where to write the results as JSON");

  private static Form<List<Fault>> faults() {
    String words = Arrays.stream(Fault.values()).map(Fault::word).collect(Collectors.joining(", "));
    return new Form<>(
        "LIST",
        "one or several of " + words + ", with commas between",
        text ->
            Arrays.stream(text.split(",", -1))
                .map(word ->
                    Fault.of(word.strip()).orElseThrow(() -> new IllegalArgumentException(word)))
                .toList());
  }

  @Override
  public String name() {
    return "chaos";
  }

  @Override
  public String summary() {
    return "Kills dispatchers and breaks other things, and checks that no turn is lost or mixed.";
  }

  @Override
  public boolean usesKafka() {
    return false;
  }

  @Override
  public String logLevel() {
    return "error";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(
        SEED, KILLS, FAULTS, ROUNDS, DEVICES, DISPATCHERS, OPEN, STALL_ONE_IN, GROUP_PROTOCOL, OUT);
  }

  @Override
  public int run(Invocation invocation)
      throws ConfigException, CommandException, InterruptedException {
    Settings settings = invocation.settings();
    ChaosPlan plan = plan(settings);
    Optional<ResultsFile> file = ResultsFile.of(OUT, settings);
    PrintStream out = invocation.console().out();
    ChaosResult result;
    try (StopSignal stop = StopSignal.install()) {
      stop.interruptible();
      try (ChaosRun run = new ChaosRun(plan, logs(), new Lines(out))) {
        result = run.run();
      } catch (CommandException | RuntimeException e) {
        if (stop.isAsked()) {
          throw interrupted(e);
        }
        throw e;
      }
    }
    ChaosReport report = new ChaosReport(result);
    report.print(out);
    if (file.isPresent()) {
      file.get().write(report.json());
    }
    return result.isGood() ? CommandRunner.DONE : CommandRunner.FAILED;
  }

  /** An interrupt makes whatever was under way fail, which is then no news. */
  private static InterruptedException interrupted(Exception why) {
    InterruptedException interrupted = new InterruptedException();
    interrupted.initCause(why);
    return interrupted;
  }

  private static ChaosPlan plan(Settings settings) throws ConfigException {
    int devices = settings.get(DEVICES);
    int open = settings.find(OPEN).orElse(devices * 2 / 3);
    if (open > devices) {
      throw new ConfigException(
          OPEN.flag()
              + " is "
              + open
              + ", but no more turns can be open than there are devices: "
              + devices
              + " ("
              + DEVICES.flag()
              + ")");
    }
    return new ChaosPlan(
        settings.get(SEED),
        settings.get(KILLS),
        settings.get(ROUNDS),
        devices,
        settings.get(DISPATCHERS),
        PARTITIONS,
        open,
        settings.get(STALL_ONE_IN),
        settings.get(GROUP_PROTOCOL),
        settings.get(FAULTS));
  }

  private static Path logs() throws CommandException {
    try {
      return Files.createTempDirectory("parley-chaos");
    } catch (IOException e) {
      throw new CommandException("there is no place for logs: " + e.getMessage(), e);
    }
  }

  /** A line for each fault. */
  private record Lines(PrintStream out, long began) implements ChaosRun.Progress {
    Lines(PrintStream out) {
      this(out, System.nanoTime());
    }

    @Override
    public void started(String what) {
      line(what);
    }

    @Override
    public void injected(int number, int of, Fault fault, Injection last, Recorder soFar) {
      String hit =
          last.victim().isEmpty()
              ? ""
              : ", partitions hit " + last.victim().keySet().stream().sorted().toList();
      line(
          "%s, %d of %d, %d to come, with %d turns open%s; %d turns spoken so far"
              .formatted(
                  fault.word(),
                  number,
                  of,
                  of - number,
                  last.open().size(),
                  hit,
                  soFar.publishedTurns()));
    }

    private void line(String text) {
      out.println("%5d s  %s".formatted((System.nanoTime() - began) / 1_000_000_000, text));
    }
  }
}
