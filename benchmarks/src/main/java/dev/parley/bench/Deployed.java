package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the image of a checkout runs Java: the words of its {@code ENTRYPOINT}, which is what the
 * benchmarks measure with.
 *
 * @param options Java's own, those in files written out
 * @param main the class
 */
record Deployed(List<String> options, String main) {
  /** What a part is given of the machine's memory here; in a container its limit says so. */
  static final String MEMORY = "-XX:MaxRAM=2g";

  private static final String FOLDER = "deploy/parley";
  private static final String IN_IMAGE = "/opt/parley/";
  private static final Pattern ENTRYPOINT =
      Pattern.compile("^ENTRYPOINT \\[(.*?)]$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"");

  /** Copies the list. */
  Deployed {
    options = List.copyOf(options);
  }

  /**
   * Reads it.
   *
   * @param home the top folder of a checkout
   * @throws CommandException when the Dockerfile does not say it in this form
   */
  static Deployed of(Path home) throws CommandException {
    Path folder = home.resolve(FOLDER);
    Path file = folder.resolve("Dockerfile");
    try {
      Matcher entry = ENTRYPOINT.matcher(Files.readString(file));
      List<String> words =
          entry.find()
              ? WORD.matcher(entry.group(1)).results().map(word -> word.group(1)).toList()
              : List.of();
      int classPath = words.indexOf("-cp");
      if (classPath < 1 || !words.getFirst().equals("java") || words.size() != classPath + 3) {
        throw new CommandException(
            file + " has no ENTRYPOINT [\"java\", OPTION..., \"-cp\", JARS, CLASS]");
      }
      List<String> options = new ArrayList<>();
      for (String option : words.subList(1, classPath)) {
        if (option.startsWith("@" + IN_IMAGE)) {
          options.addAll(inFile(folder.resolve(option.substring(1 + IN_IMAGE.length()))));
        } else {
          options.add(option);
        }
      }
      return new Deployed(options, words.getLast());
    } catch (IOException e) {
      throw new CommandException("how the image runs Java can't be read: " + e.getMessage(), e);
    }
  }

  private static List<String> inFile(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .toList();
  }
}
