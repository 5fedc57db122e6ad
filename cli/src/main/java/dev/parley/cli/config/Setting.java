package dev.parley.cli.config;

import java.util.Locale;
import java.util.Optional;

/**
 * One thing that can be set: as {@code --name}, as {@code PARLEY_NAME}, or as {@code name} in the
 * file; for one command alone as {@code PARLEY_COMMAND_NAME} or {@code command.name}.
 *
 * @param name lower case, words joined by {@code -}
 * @param form what a value looks like
 * @param fallback the value when nobody sets one; empty where there is none
 * @param description one line for help, with the unit
 * @param secret whether the value is masked wherever it is shown
 */
public record Setting<T>(
    String name, Form<T> form, Optional<String> fallback, String description, boolean secret) {

  /** A setting without a default. */
  public static <T> Setting<T> of(String name, Form<T> form, String description) {
    return new Setting<>(name, form, Optional.empty(), description, false);
  }

  /** A switch that is off unless it is named. */
  public static Setting<Boolean> ofSwitch(String name, String description) {
    return of(name, Form.SWITCH, description).orElse("false");
  }

  /** The same with this default, written as a user would. */
  public Setting<T> orElse(String value) {
    return new Setting<>(name, form, Optional.of(value), description, secret);
  }

  /** The same, masked wherever it is shown. */
  public Setting<T> asSecret() {
    return new Setting<>(name, form, fallback, description, true);
  }

  /** {@code --name}. */
  public String flag() {
    return "--" + name;
  }

  /** Whether it takes no value on the command line. */
  public boolean isSwitch() {
    return form.isSwitch();
  }

  /** {@code PARLEY_NAME}. */
  public String variable() {
    return variable(name);
  }

  String variableOf(String command) {
    return variable(command + "-" + name);
  }

  String keyOf(String command) {
    return command + "." + name;
  }

  private static String variable(String words) {
    return "PARLEY_" + words.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  T read(Value value) throws ConfigException {
    try {
      return form.reader().apply(value.text());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          value.origin()
              + (secret ? "" : " is \"" + value.text() + "\"")
              + (secret ? " must be " : ": it must be ")
              + form.rule());
    }
  }
}
