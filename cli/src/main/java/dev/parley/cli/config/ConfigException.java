package dev.parley.cli.config;

/**
 * A setting is unknown, missing or not of its form. The message is one line that names the setting,
 * where it was set and what would be right; it never quotes a secret.
 */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }
}
