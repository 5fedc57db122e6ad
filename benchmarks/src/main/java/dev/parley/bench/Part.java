package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A process that does what it is told ({@link Control}). One thread. */
final class Part extends Child {
  private final BufferedReader answers;
  private final BufferedWriter orders;

  /** Starts one; back when it listens. */
  Part(String name, List<String> flags, Class<?> main, List<String> arguments, Path logs)
      throws CommandException {
    super(
        name, flags, System.getProperty("java.class.path"), main.getName(), arguments, logs, true);
    this.answers = process().inputReader(StandardCharsets.UTF_8);
    this.orders = process().outputWriter(StandardCharsets.UTF_8);
    var _ = answer();
  }

  /** Tells it, and waits for its answer. */
  ObjectNode ask(Object... words) throws CommandException {
    try {
      orders.write(String.join(" ", List.of(words).stream().map(Object::toString).toList()));
      orders.newLine();
      orders.flush();
    } catch (IOException e) {
      checkAlive();
      throw new CommandException(name() + " does not listen: " + e.getMessage(), e);
    }
    return answer();
  }

  private ObjectNode answer() throws CommandException {
    try {
      String line = answers.readLine();
      while (line != null && !line.startsWith("{")) {
        // Java itself has something to say before its program does.
        line = answers.readLine();
      }
      if (line == null) {
        boolean _ = process().waitFor(1, java.util.concurrent.TimeUnit.SECONDS);
        checkAlive();
        throw new CommandException(name() + " does not answer");
      }
      ObjectNode answer = Json.object(line.getBytes(StandardCharsets.UTF_8));
      if (answer.has("error")) {
        throw new CommandException(name() + ": " + answer.get("error").asString());
      }
      return answer;
    } catch (IOException | MalformedException e) {
      throw new CommandException(name() + " does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    }
  }
}
