package dev.parley.cli.config;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Every setting of every command: what may stand in a file or in the environment, which all
 * commands of a machine may share.
 *
 * @param commands the settings by command
 */
public record Catalog(Map<String, List<Setting<?>>> commands) {
  static final String VARIABLE_PREFIX = "PARLEY_";

  /** Read by the launcher, not by us. */
  private static final Set<String> LAUNCHER_VARIABLES = Set.of("PARLEY_JAVA_OPTS");

  /**
   * What Kubernetes sets in every container for a service whose name begins with "parley"; nobody
   * wrote these and nobody can take them away.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "PARLEY_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?"
              + "|PORT_\\d+_(TCP|UDP)(_(ADDR|PORT|PROTO))?)");

  /** The file with the other settings, named by flag or environment. */
  public static final Setting<java.nio.file.Path> CONFIG =
      Setting.of("config", Form.FILE, "a properties file with settings");

  /** Copies the map. */
  public Catalog {
    commands = Map.copyOf(commands);
  }

  void checkKeys(ConfigFile file) throws ConfigException {
    Set<String> known = names(Setting::name, (setting, command) -> setting.keyOf(command));
    known.remove(CONFIG.name());
    for (String key : file.values().keySet()) {
      if (key.startsWith(KafkaKeys.FILE_PREFIX)) {
        KafkaKeys.check(key.substring(KafkaKeys.FILE_PREFIX.length()), file.originOf(key));
      } else if (!known.contains(key)) {
        throw new ConfigException(
            "unknown key "
                + file.originOf(key)
                + "; the nearest one is "
                + NearestName.to(key, known));
      }
    }
  }

  void checkVariables(Map<String, String> environment) throws ConfigException {
    Set<String> known = names(Setting::variable, (setting, command) -> setting.variableOf(command));
    for (Map.Entry<String, String> variable : new java.util.TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      if (!name.startsWith(VARIABLE_PREFIX) || isForeign(name, variable.getValue())) {
        continue;
      }
      if (name.startsWith(KafkaKeys.VARIABLE_PREFIX)) {
        KafkaKeys.check(KafkaKeys.ofVariable(name), name);
      } else if (!known.contains(name)) {
        throw new ConfigException(
            "unknown environment variable "
                + name
                + "; the nearest one is "
                + NearestName.to(name, known));
      }
    }
  }

  static boolean isForeign(String variable, String value) {
    return LAUNCHER_VARIABLES.contains(variable)
        || SERVICE_LINK.matcher(variable).matches()
        || (variable.endsWith("_PORT") && value.matches("(tcp|udp)://.*"));
  }

  private Set<String> names(
      Function<Setting<?>, String> plain, BiFunction<Setting<?>, String, String> ofCommand) {
    Set<String> names = new TreeSet<>();
    commands.forEach((command, settings) -> {
      for (Setting<?> setting : settings) {
        names.add(plain.apply(setting));
        names.add(ofCommand.apply(setting, command));
      }
    });
    return names;
  }

  Collection<Setting<?>> settingsOf(String command) {
    return commands.getOrDefault(command, List.of());
  }
}
