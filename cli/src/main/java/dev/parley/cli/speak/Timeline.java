package dev.parley.cli.speak;

import dev.parley.cli.command.Console;
import java.util.function.LongSupplier;

/**
 * Lines for people, each with the seconds since the beginning: {@code 1.234 s what happened}. In
 * colours where the console has them. Called from one thread at a time.
 */
public final class Timeline {
  /** What a line is about; decides its colour. */
  public enum Tone {
    PLAIN(""),
    FAINT("\u001b[2m"),
    VOICE("\u001b[36m"),
    CIC("\u001b[35m"),
    GOOD("\u001b[32m"),
    BAD("\u001b[31m");

    private final String start;

    Tone(String start) {
      this.start = start;
    }
  }

  private static final String END = "\u001b[0m";

  private final Console console;
  private final LongSupplier nanos;
  private long zero;

  public Timeline(Console console) {
    this(console, System::nanoTime);
  }

  Timeline(Console console, LongSupplier nanos) {
    this.console = console;
    this.nanos = nanos;
    this.zero = nanos.getAsLong();
  }

  /** Begins to count anew. */
  public void restart() {
    zero = nanos.getAsLong();
  }

  /** Milliseconds since the beginning. */
  public long millis() {
    return (nanos.getAsLong() - zero) / 1_000_000;
  }

  /** A line with the time. */
  public void line(Tone tone, String text) {
    print(tone, "%8.3f s  ".formatted(millis() / 1_000.0) + text);
  }

  /** A line without the time. */
  public void note(Tone tone, String text) {
    print(tone, text);
  }

  private void print(Tone tone, String text) {
    boolean coloured = console.terminal() && !tone.start.isEmpty();
    console.out().println(coloured ? tone.start + text + END : text);
  }
}
