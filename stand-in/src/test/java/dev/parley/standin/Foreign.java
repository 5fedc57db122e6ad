package dev.parley.standin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs that nobody here wrote, run to their end within a minute. */
final class Foreign {
  /** How a program ended, and all that it printed. */
  record Ended(int status, String said) {}

  private Foreign() {}

  static Ended run(List<String> command, String... more) throws IOException, InterruptedException {
    Path said = Files.createTempFile("foreign", ".txt");
    Process process =
        new ProcessBuilder(Stream.concat(command.stream(), Stream.of(more)).toList())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      String text = Files.readString(said);
      if (!ended) {
        throw new AssertionError(command + " does not end; it said: " + text);
      }
      return new Ended(process.exitValue(), text);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(said);
    }
  }

  /** Whether a program is there and does as it is told. */
  static boolean works(String... command) throws InterruptedException {
    try {
      return run(List.of(command)).status() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Debian's own interpreter, which sees Debian's packages, or the first on the path. */
  static String python() {
    String debians = "/usr/bin/python3";
    return Files.isExecutable(Path.of(debians)) ? debians : "python3";
  }
}
