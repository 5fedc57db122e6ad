package dev.parley.cli.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.SubstituteLoggerFactory;

/**
 * Sets up the process's logs: one line an event on standard error, with time, level, part and
 * message. Libraries are heard from WARN on.
 */
public final class Logging {
  private static final Duration STARTED_WITHIN = Duration.ofSeconds(10);

  private Logging() {}

  /**
   * Takes effect at once.
   *
   * @param level of Parley's own loggers: {@code error} to {@code trace}
   * @param verbose whether stack traces are shown and libraries heard from INFO on
   */
  public static void configure(String level, boolean verbose) {
    LoggerContext context = context();
    context.reset();
    OneLineLayout layout = new OneLineLayout(ZoneId.systemDefault(), verbose);
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(layout);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    if (!verbose) {
      context.addTurboFilter(new Repetition(System::nanoTime));
    }
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(verbose ? Level.INFO : Level.WARN);
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    context.getLogger("dev.parley").setLevel(Level.toLevel(level));
  }

  /** Lets only this level and above through from a logger of this name and those below it. */
  public static void level(String logger, String level) {
    context().getLogger(logger).setLevel(Level.toLevel(level));
  }

  private static LoggerContext context() {
    return context(LoggerFactory::getILoggerFactory);
  }

  /**
   * While another thread is the first that logs, slf4j shows a stand-in for the real thing.
   *
   * @throws IllegalStateException when that does not end, or logs are another library's
   */
  static LoggerContext context(Supplier<ILoggerFactory> found) {
    long deadline = System.nanoTime() + STARTED_WITHIN.toNanos();
    while (true) {
      ILoggerFactory now = found.get();
      if (now instanceof LoggerContext context) {
        return context;
      }
      if (!(now instanceof SubstituteLoggerFactory) || System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("Logback is not what logs here: " + now.getClass());
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** What is undone by closing it. */
  public interface Hush extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Lets only this level and above through from a logger of this name and those below it, until
   * closed.
   */
  public static Hush hush(String logger, String level) {
    ch.qos.logback.classic.Logger found = context().getLogger(logger);
    Level before = found.getLevel();
    found.setLevel(Level.toLevel(level));
    return () -> found.setLevel(before);
  }

  /** What an exception and its causes say, without their stacks. */
  public static String inOneLine(Throwable thrown) {
    List<String> said = new ArrayList<>();
    for (Throwable t = thrown; t != null && said.size() < 5; t = t.getCause()) {
      String message = t.getMessage();
      String text =
          message == null || message.isBlank()
              ? t.getClass().getSimpleName()
              : message.strip().replaceAll("\\s*[\\r\\n]+\\s*", " | ");
      if (said.isEmpty() || !said.getLast().contains(text)) {
        said.add(text);
      }
    }
    return String.join(": ", said);
  }
}
