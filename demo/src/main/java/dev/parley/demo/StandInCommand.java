package dev.parley.demo;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Invocation;
import dev.parley.cli.command.StopSignal;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Form;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.standin.Row;
import dev.parley.standin.RowCounts;
import dev.parley.standin.StandIn;
import dev.parley.standin.StandInConfig;
import dev.parley.standin.Transport;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Runs the CIC stand-in until it is stopped. */
final class StandInCommand implements Command {
  private static final Setting<Integer> PORT =
      Setting.of("port", Form.PORT, "the port to listen on; 0 takes a free one").orElse("8443");

  private static final Setting<String> HOST =
      Setting.of("host", Form.TEXT, "the address to listen on").orElse("127.0.0.1");

  private static final Setting<Boolean> CLEARTEXT =
      Setting.ofSwitch("cleartext", "speaks HTTP/2 with prior knowledge instead of TLS");

  private static final Setting<Path> CA =
      Setting.of("write-ca", Form.PATH, "where to write the certificate that clients must trust")
          .orElse(".parley/stand-in-ca.pem");

  private static final Setting<Path> VERDICTS =
      Setting.of("verdicts", Form.PATH, "where to write which rows of the checklist were kept");

  private static final Setting<Boolean> LENIENT =
      Setting.ofSwitch("lenient", "answers some requests that CIC would refuse");

  private static final Setting<Duration> HANGOVER =
      Setting.of("hangover", Form.DURATION_WITH_UNIT, "how much silence is the end of speech")
          .orElse("700ms");

  @Override
  public String name() {
    return "stand-in";
  }

  @Override
  public String summary() {
    return "Runs a stand-in for CIC, which echoes what it hears and holds it against the protocol.";
  }

  @Override
  public boolean usesKafka() {
    return false;
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(PORT, HOST, CLEARTEXT, CA, VERDICTS, LENIENT, HANGOVER);
  }

  @Override
  public int run(Invocation invocation)
      throws ConfigException, CommandException, InterruptedException {
    Settings settings = invocation.settings();
    PrintStream out = invocation.console().out();
    try (StopSignal stop = StopSignal.install()) {
      StandIn standIn = start(config(settings));
      try (standIn) {
        out.println("The CIC stand-in is at " + standIn.uri() + "; Ctrl-C stops it.");
        if (standIn.caPem().isPresent()) {
          Path ca = write(standIn, settings.get(CA));
          out.println(
              "Dispatchers reach it with --cic-url " + standIn.uri() + " --cic-ca '" + ca + "'");
        }
        stop.await();
      }
      out.print(account(standIn.rows()));
    }
    return CommandRunner.DONE;
  }

  private static String account(RowCounts rows) {
    StringBuilder account = new StringBuilder();
    for (Row row : rows.brokenRows()) {
      account.append(
          "%s was broken by %,d of %,d%n".formatted(row, rows.broken(row), rows.judged(row)));
    }
    account.append(
        "%d rows of the checklist were kept; held against nobody: %s%n"
            .formatted(
                Row.values().length - rows.brokenRows().size() - rows.neverJudged().size(),
                rows.neverJudged().isEmpty()
                    ? "none"
                    : rows.neverJudged().stream()
                        .map(Row::name)
                        .collect(Collectors.joining(", "))));
    return account.toString();
  }

  private static StandInConfig config(Settings settings) throws ConfigException {
    StandInConfig config =
        StandInConfig.DEFAULT
            .withHost(settings.get(HOST))
            .withPort(settings.get(PORT))
            .withLenient(settings.get(LENIENT))
            .withHangover(settings.get(HANGOVER));
    if (settings.get(CLEARTEXT)) {
      config = config.withTransport(new Transport.Cleartext());
    }
    Optional<Path> verdicts = settings.find(VERDICTS);
    return verdicts.isPresent() ? config.withVerdictsFile(verdicts.get()) : config;
  }

  private static StandIn start(StandInConfig config) throws CommandException {
    try {
      return StandIn.start(config);
    } catch (IllegalStateException | IllegalArgumentException | UncheckedIOException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Path write(StandIn standIn, Path file) throws CommandException {
    try {
      Path absolute = file.toAbsolutePath();
      Path folder = absolute.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      standIn.writeCaPem(absolute);
      return absolute;
    } catch (IOException | UncheckedIOException e) {
      throw new CommandException(
          "the certificate cannot be written to " + file + "; give another place with --write-ca",
          e);
    }
  }
}
