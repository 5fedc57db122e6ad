package dev.parley.cli.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * {@code 12:34:56.789 INFO dispatcher what happened}: whatever a message holds, one line an event.
 * Of an exception it tells what it and its causes say, and where in Parley it was thrown.
 */
final class OneLineLayout extends LayoutBase<ILoggingEvent> {
  private static final String OURS = "dev.parley.";

  private final DateTimeFormatter time;
  private final boolean stacks;

  OneLineLayout(ZoneId zone, boolean stacks) {
    this.time = DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(zone);
    this.stacks = stacks;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    line.append(time.format(Instant.ofEpochMilli(event.getTimeStamp())))
        .append(' ')
        .append("%-5s".formatted(event.getLevel()))
        .append(' ')
        .append("%-11s".formatted(part(event.getLoggerName())))
        .append(' ')
        .append(event.getFormattedMessage().strip().replaceAll("\\s*[\\r\\n]+\\s*", " | "));
    IThrowableProxy proxy = event.getThrowableProxy();
    if (proxy instanceof ThrowableProxy thrown) {
      line.append(": ").append(Logging.inOneLine(thrown.getThrowable()));
      line.append(place(thrown.getThrowable()));
    }
    line.append(System.lineSeparator());
    if (stacks && proxy != null) {
      line.append(ThrowableProxyUtil.asString(proxy)).append(System.lineSeparator());
    }
    return line.toString();
  }

  /** {@code dev.parley.dispatcher.flow.Turn} is of the dispatcher; a library is named by class. */
  static String part(String logger) {
    if (logger.startsWith(OURS)) {
      int end = logger.indexOf('.', OURS.length());
      return end < 0 ? logger.substring(OURS.length()) : logger.substring(OURS.length(), end);
    }
    return logger.substring(logger.lastIndexOf('.') + 1);
  }

  private static String place(Throwable thrown) {
    for (StackTraceElement frame : thrown.getStackTrace()) {
      if (frame.getClassName().startsWith(OURS)) {
        return " ("
            + part(frame.getClassName())
            + ", "
            + frame.getFileName()
            + ":"
            + frame.getLineNumber()
            + ")";
      }
    }
    return "";
  }
}
