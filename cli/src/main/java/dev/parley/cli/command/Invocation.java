package dev.parley.cli.command;

import dev.parley.cli.config.Settings;

/** One run of a command: what is set, and where to write. */
public record Invocation(Settings settings, Console console) {}
