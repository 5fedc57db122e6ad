package dev.parley.bench;

import dev.parley.protocol.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a part is told what to do: a line of words on its standard input, answered by a line of JSON
 * on its standard output. The end of its input is its end, so that no part outlives who started it.
 */
final class Control {
  /** What a part does. */
  @FunctionalInterface
  interface Commands {
    /** Does what the words say; what it answers may be empty. */
    ObjectNode run(String verb, List<String> arguments) throws Exception;
  }

  private Control() {}

  /** Serves until the input ends. */
  static void serve(Commands commands) {
    PrintStream out = System.out;
    // What libraries print must not be taken for an answer.
    System.setOut(System.err);
    out.println("{}");
    out.flush();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        List<String> words = List.of(line.split(" ", -1));
        out.println(new String(Json.bytes(answer(commands, words)), StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode answer(Commands commands, List<String> words) {
    try {
      return commands.run(words.getFirst(), words.subList(1, words.size()));
    } catch (Exception e) {
      return Json.newObject().put("error", e.toString());
    }
  }
}
