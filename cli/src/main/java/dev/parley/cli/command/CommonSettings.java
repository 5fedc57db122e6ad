package dev.parley.cli.command;

import dev.parley.cli.config.Catalog;
import dev.parley.cli.config.Form;
import dev.parley.cli.config.Setting;
import java.util.ArrayList;
import java.util.List;

/** What can be set for every command, or for every command that talks to Kafka. */
public final class CommonSettings {
  /** Where Kafka is. */
  public static final Setting<List<String>> BOOTSTRAP =
      Setting.of("bootstrap", Form.ENDPOINTS, "where Kafka is").orElse("127.0.0.1:9092");

  /** Where Kafka is unless somebody says otherwise. */
  public static final List<String> DEFAULT_BOOTSTRAP = List.of("127.0.0.1:9092");

  /** What the topics' names begin with. */
  public static final Setting<String> TOPIC_PREFIX =
      Setting.of("topic-prefix", Form.ID, "what the topics' names begin with").orElse("parley");

  /** How much is logged. */
  public static final Setting<String> LOG_LEVEL =
      Setting.of(
          "log-level", Form.oneOf("error", "warn", "info", "debug", "trace"), "how much to log");

  /** Stack traces, and more logs of the libraries. */
  public static final Setting<Boolean> VERBOSE =
      Setting.ofSwitch("verbose", "log the libraries too, and show stack traces");

  private CommonSettings() {}

  static List<Setting<?>> of(Command command) {
    List<Setting<?>> settings = new ArrayList<>(command.settings());
    if (command.usesKafka()) {
      settings.add(BOOTSTRAP);
      settings.add(TOPIC_PREFIX);
    }
    settings.add(Catalog.CONFIG);
    settings.add(LOG_LEVEL.orElse(command.logLevel()));
    settings.add(VERBOSE);
    return settings;
  }
}
