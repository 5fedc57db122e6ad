package dev.parley.cli;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Console;
import dev.parley.cli.command.Invocation;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Form;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.cli.log.Logging;
import dev.parley.cli.story.StoryJson;
import dev.parley.cli.story.StoryText;
import dev.parley.protocol.Json;
import dev.parley.protocol.TurnId;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.Topics;
import dev.parley.turnlog.story.Sought;
import dev.parley.turnlog.story.Story;
import dev.parley.turnlog.story.StoryEntry;
import dev.parley.turnlog.story.StoryReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import tools.jackson.databind.node.ObjectNode;

/** Tells what became of a turn, by what Kafka holds of it. */
final class TurnCommand implements Command {
  private static final Setting<Boolean> JSON =
      Setting.ofSwitch("json", "prints a JSON object a line");

  private static final Setting<Duration> SINCE =
      Setting.of(
          "since",
          Form.DURATION_WITH_UNIT,
          "looks at nothing older, which is quicker; else at all that Kafka holds");

  /** Kafka has just answered: this is for when it stops in the middle. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /** A fetch of each broker is held; all of Kafka's own 50 MiB each are too much for a command. */
  private static final int MOST_A_FETCH = 8 * 1024 * 1024;

  private static final long SAYS_SO_NANOS = Duration.ofSeconds(2).toNanos();

  /** Nobody tells a program how wide the terminal is; this fits all. */
  private static final int WIDTH = 80;

  @Override
  public String name() {
    return "turn";
  }

  @Override
  public String summary() {
    return "Tells what became of a turn: DEVICE/DIALOG, DEVICE/DIALOG/MESSAGE, or a bare id of"
        + " either.";
  }

  @Override
  public Optional<String> word() {
    return Optional.of("DEVICE/DIALOG");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(SINCE, JSON);
  }

  @Override
  public String logLevel() {
    return "warn";
  }

  @Override
  public int run(Invocation invocation) throws ConfigException, CommandException {
    Settings settings = invocation.settings();
    Sought sought = sought(invocation.word());
    Topics topics = PartSettings.topics(settings);
    KafkaConnection kafka = KafkaConnection.of(settings);
    kafka.check(topics);
    Optional<Instant> since = settings.find(SINCE).map(age -> Instant.now().minus(age));
    Consumer<byte[], byte[]> consumer = consumer(kafka);
    StoryReader.Result found;
    try (Logging.Hush _ = Logging.hush("org.apache.kafka", "off")) {
      found =
          new StoryReader(consumer, topics, SILENCE)
              .read(sought, since, new SlowProgress(invocation.console()));
    } catch (KafkaException e) {
      throw new CommandException(
          "the turn can't be read from Kafka at " + kafka.address() + ": " + Logging.inOneLine(e),
          e);
    } finally {
      consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
    if (found.stories().isEmpty() && found.unreadable().isEmpty()) {
      throw new CommandException(
          notFound(sought, found, since.isPresent(), words -> kafka.command(words, topics)));
    }
    print(found, settings.get(JSON), invocation.console());
    return CommandRunner.DONE;
  }

  private static Consumer<byte[], byte[]> consumer(KafkaConnection kafka) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, MOST_A_FETCH);
    settings.putAll(kafka.passedThrough());
    return new KafkaSettings(kafka.address(), settings).reader("parley-turn");
  }

  private static Sought sought(Optional<String> word) throws ConfigException {
    if (word.isEmpty()) {
      throw new ConfigException(
          "say which turn: " + Sought.FORMS + "; ./parley speak --json and the logs tell the ids");
    }
    try {
      return Sought.parse(word.get());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "\"" + word.get().replaceAll("\\p{Cntrl}", "?") + "\" names no turn: " + e.getMessage());
    }
  }

  private static void print(StoryReader.Result found, boolean json, Console console) {
    long now = System.currentTimeMillis();
    if (json) {
      for (Story story : found.stories()) {
        StoryJson.objects(story, now).forEach(object -> print(object, console));
      }
      for (StoryEntry entry : found.unreadable()) {
        print(StoryJson.unreadable(entry), console);
      }
      return;
    }
    StoryText text = new StoryText(ZoneId.systemDefault(), console.terminal() ? WIDTH : 0);
    for (int i = 0; i < found.stories().size(); i++) {
      if (i > 0) {
        console.out().println();
      }
      text.lines(found.stories().get(i), now).forEach(console.out()::println);
    }
    if (!found.unreadable().isEmpty()) {
      console.out().println("Records that bear this id, and of which it is not clear whose:");
      found.unreadable().stream()
          .flatMap(entry -> text.unreadable(entry).stream())
          .forEach(console.out()::println);
    }
  }

  private static void print(ObjectNode json, Console console) {
    console.out().println(new String(Json.bytes(json), StandardCharsets.UTF_8));
  }

  /** What was looked for and where, and what may have been meant. */
  private static String notFound(
      Sought sought, StoryReader.Result found, boolean isLimited, UnaryOperator<String> command) {
    StringBuilder text = new StringBuilder("there is no turn " + sought + " in ");
    text.append(
        found.looked().size() <= 2
            ? found.looked().stream()
                .map(TurnCommand::described)
                .collect(Collectors.joining(" and "))
            : "any of the " + found.looked().size() / 2 + " partitions");
    text.append(
        isLimited
            ? ". --since leaves out what is older."
            : ". Retention may have taken it: "
                + command.apply("topics")
                + " tells how long records live.");
    if (!found.nearby().isEmpty()) {
      text.append(sought.device().isPresent() ? " The device's latest: " : " It may be ");
      text.append(
          found.nearby().reversed().stream()
              .limit(3)
              .map(TurnId::toString)
              .collect(Collectors.joining(", ")));
    } else if (sought.device().isPresent()) {
      text.append(isLimited ? " No other turn" : " No turn at all")
          .append(" of this device begins there; all devices': ")
          .append(command.apply("turn " + sought.message().orElse(sought.id())));
    }
    return text.toString();
  }

  private static String described(StoryReader.Stretch stretch) {
    String name = stretch.topic() + "-" + stretch.partition();
    OptionalLong first = stretch.firstMillis();
    return first.isEmpty()
        ? name + " (no records)"
        : name
            + " (%,d records since %s)"
                .formatted(
                    stretch.to() - stretch.from(),
                    DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                        .format(
                            Instant.ofEpochMilli(first.getAsLong())
                                .atZone(ZoneId.systemDefault())));
  }

  /** Says on standard error how far it has got, when it takes long. */
  private static final class SlowProgress implements StoryReader.Progress {
    private final Console console;
    private long said = System.nanoTime();

    SlowProgress(Console console) {
      this.console = console;
    }

    @Override
    public void read(long records, int percent) {
      if (percent < 100 && System.nanoTime() - said >= SAYS_SO_NANOS) {
        said = System.nanoTime();
        console.err().println("looked through %,d records, %d %%".formatted(records, percent));
      }
    }
  }
}
