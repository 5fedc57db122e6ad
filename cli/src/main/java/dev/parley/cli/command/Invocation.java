package dev.parley.cli.command;

import dev.parley.cli.config.Settings;
import java.util.Optional;

/**
 * One run of a command: what is set, and where to write.
 *
 * @param word what it is about, if that was said ({@link Command#word})
 */
public record Invocation(Settings settings, Optional<String> word, Console console) {}
