package dev.parley.trials.chaos;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Where the results of a run are written. It is tried before the run: nobody wants to learn after
 * minutes that there is no such folder.
 */
record ResultsFile(Path path) {
  /**
   * The file that was asked for, if one was.
   *
   * @throws ConfigException when it cannot be written
   */
  static Optional<ResultsFile> of(Setting<Path> setting, Settings settings) throws ConfigException {
    Optional<Path> path = settings.find(setting);
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> trouble = trouble(path.get());
    if (trouble.isPresent()) {
      throw new ConfigException(setting.flag() + " is " + path.get() + ", but " + trouble.get());
    }
    return Optional.of(new ResultsFile(path.get()));
  }

  private static Optional<String> trouble(Path file) {
    if (Files.isDirectory(file)) {
      return Optional.of("that is a folder; give the name of a file in it");
    }
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    if (!Files.isDirectory(folder)) {
      return Optional.of("there is no folder " + folder);
    }
    boolean there = Files.exists(file);
    return (there ? Files.isWritable(file) : canBeMade(file))
        ? Optional.empty()
        : Optional.of("that can't be written");
  }

  /** Permissions do not tell all: some file systems take no files, not even from root. */
  private static boolean canBeMade(Path file) {
    try {
      Files.newOutputStream(file, StandardOpenOption.CREATE_NEW).close();
      Files.delete(file);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Replaces what it holds. */
  void write(byte[] json) throws CommandException {
    try {
      Files.write(path, json);
    } catch (IOException e) {
      throw new CommandException("the results can't be written: " + e.getMessage(), e);
    }
  }
}
