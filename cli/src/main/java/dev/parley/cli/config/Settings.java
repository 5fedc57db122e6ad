package dev.parley.cli.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The settings of one command, each resolved and checked when this is made. */
public final class Settings {
  private final Map<String, Value> values = new LinkedHashMap<>();
  private final Map<String, Value> kafka = new TreeMap<>();
  private final List<Effective> effective = new ArrayList<>();

  private Settings() {}

  /**
   * Resolves the settings of a command.
   *
   * @param catalog every setting of every command, to tell what is unknown
   * @param command whose settings are wanted
   * @param flags what the command line says, by setting name
   * @param kafkaFlags each {@code KEY=VALUE}
   * @param environment the process's environment
   * @throws ConfigException when anything in these is unknown or not of its form
   */
  public static Settings resolve(
      Catalog catalog,
      String command,
      Map<String, String> flags,
      List<String> kafkaFlags,
      Map<String, String> environment)
      throws ConfigException {
    Settings settings = new Settings();
    catalog.checkVariables(environment);
    ConfigFile file = settings.file(flags, environment);
    catalog.checkKeys(file);
    for (Setting<?> setting : catalog.settingsOf(command)) {
      Optional<Value> value = find(setting, command, flags, environment, file);
      if (value.isPresent()) {
        setting.read(value.get());
        settings.values.put(setting.name(), value.get());
      }
      settings.effective.add(
          new Effective(
              setting.name(),
              value.map(v -> setting.secret() ? Effective.MASK : v.text()).orElse(""),
              value.map(Value::origin).orElse("not set")));
    }
    settings.resolveKafka(kafkaFlags, environment, file);
    return settings;
  }

  private ConfigFile file(Map<String, String> flags, Map<String, String> environment)
      throws ConfigException {
    Optional<Value> named = find(Catalog.CONFIG, "", flags, environment, ConfigFile.NONE);
    return named.isEmpty() ? ConfigFile.NONE : ConfigFile.read(Catalog.CONFIG.read(named.get()));
  }

  private static Optional<Value> find(
      Setting<?> setting,
      String command,
      Map<String, String> flags,
      Map<String, String> environment,
      ConfigFile file) {
    String flag = flags.get(setting.name());
    if (flag != null) {
      return Optional.of(new Value(flag, setting.flag()));
    }
    for (String variable : List.of(setting.variableOf(command), setting.variable())) {
      String text = environment.get(variable);
      if (text != null && !Catalog.isForeign(variable, text)) {
        return Optional.of(new Value(text, variable));
      }
    }
    for (String key : List.of(setting.keyOf(command), setting.name())) {
      String text = file.values().get(key);
      if (text != null) {
        return Optional.of(new Value(text, file.originOf(key)));
      }
    }
    return setting.fallback().map(text -> new Value(text, "default"));
  }

  private void resolveKafka(List<String> flags, Map<String, String> environment, ConfigFile file)
      throws ConfigException {
    file.values()
        .forEach((key, text) -> {
          if (key.startsWith(KafkaKeys.FILE_PREFIX)) {
            kafka.put(
                key.substring(KafkaKeys.FILE_PREFIX.length()), new Value(text, file.originOf(key)));
          }
        });
    environment.forEach((name, text) -> {
      if (name.startsWith(KafkaKeys.VARIABLE_PREFIX) && !Catalog.isForeign(name, text)) {
        kafka.put(KafkaKeys.ofVariable(name), new Value(text, name));
      }
    });
    for (String flag : flags) {
      int equals = flag.indexOf('=');
      if (equals < 1) {
        throw new ConfigException("--kafka must be KEY=VALUE, with a key of Kafka's clients");
      }
      String key = flag.substring(0, equals).trim();
      KafkaKeys.check(key, "--kafka");
      kafka.put(key, new Value(flag.substring(equals + 1), "--kafka"));
    }
    kafka.forEach((key, value) ->
        effective.add(
            new Effective(
                KafkaKeys.FILE_PREFIX + key,
                KafkaKeys.isSecret(key) ? Effective.MASK : value.text(),
                value.origin())));
  }

  /**
   * The value of a setting.
   *
   * @throws ConfigException when it has no default and nobody set it
   */
  public <T> T get(Setting<T> setting) throws ConfigException {
    Value value = values.get(setting.name());
    if (value == null) {
      throw new ConfigException(
          setting.flag() + " " + setting.form().label() + " is needed: " + setting.description());
    }
    return setting.read(value);
  }

  /** The value of a setting that may be left out. */
  public <T> Optional<T> find(Setting<T> setting) throws ConfigException {
    return values.containsKey(setting.name()) ? Optional.of(get(setting)) : Optional.empty();
  }

  /** Whether somebody set it, rather than leaving it at its default. */
  public boolean isSet(Setting<?> setting) {
    Value value = values.get(setting.name());
    return value != null && !value.origin().equals("default");
  }

  /** What passes through to Kafka's clients, without the {@code kafka.} before it. */
  public Map<String, String> kafka() {
    Map<String, String> properties = new TreeMap<>();
    kafka.forEach((key, value) -> properties.put(key, value.text()));
    return properties;
  }

  /** Every setting with where it came from, secrets masked. */
  public List<Effective> effective() {
    return List.copyOf(effective);
  }

  /**
   * A setting as it is shown.
   *
   * @param text the value, masked where it is a secret, empty where there is none
   * @param origin where it was set
   */
  public record Effective(String name, String text, String origin) {
    static final String MASK = "********";
  }
}
