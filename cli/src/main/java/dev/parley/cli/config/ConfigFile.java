package dev.parley.cli.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A file of settings: {@code key = value} lines, UTF-8, in the manner of {@link Properties}.
 *
 * @param name as the user gave it
 */
record ConfigFile(String name, Map<String, String> values) {
  static final ConfigFile NONE = new ConfigFile("", Map.of());

  /** Copies the values in the order of their keys. */
  ConfigFile {
    values = java.util.Collections.unmodifiableMap(new TreeMap<>(values));
  }

  static ConfigFile read(Path path) throws ConfigException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(path)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(
          "the file " + path + " cannot be read as properties (" + e.getMessage() + ")");
    }
    Map<String, String> values = new TreeMap<>();
    for (String key : properties.stringPropertyNames()) {
      values.put(key, properties.getProperty(key, "").trim());
    }
    return new ConfigFile(path.toString(), values);
  }

  String originOf(String key) {
    return "\"" + key + "\" in " + name;
  }
}
