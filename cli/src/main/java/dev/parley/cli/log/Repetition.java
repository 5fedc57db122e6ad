package dev.parley.cli.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Lets a library's warning through once in a while only: a client whose broker is away would say so
 * several times a second. Parley's own are never held back.
 */
final class Repetition extends TurboFilter {
  private static final long QUIET_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int REMEMBERED = 500;

  private final LongSupplier nanos;
  private final Map<String, Long> said =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > REMEMBERED;
        }
      };

  Repetition(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] params,
      @Nullable Throwable t) {
    if (format == null
        || level != Level.WARN
        || logger.getName().startsWith("dev.parley")
        || !Level.WARN.isGreaterOrEqual(logger.getEffectiveLevel())) {
      return FilterReply.NEUTRAL;
    }
    return isNews(logger.getName() + ' ' + format) ? FilterReply.NEUTRAL : FilterReply.DENY;
  }

  private synchronized boolean isNews(String what) {
    long now = nanos.getAsLong();
    Long before = said.get(what);
    if (before != null && now - before < QUIET_NANOS) {
      return false;
    }
    said.remove(what);
    said.put(what, now);
    return true;
  }
}
