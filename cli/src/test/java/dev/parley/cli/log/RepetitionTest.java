package dev.parley.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RepetitionTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Repetition repetition = new Repetition(nanos::get);
  private final LoggerContext context = new LoggerContext();

  private FilterReply warn(String logger, String format) {
    return repetition.decide(null, context.getLogger(logger), Level.WARN, format, null, null);
  }

  @Test
  void aLibrarysWarningIsHeardOnceInAWhile() {
    assertThat(warn("org.apache.kafka.X", "node {} is away")).isEqualTo(FilterReply.NEUTRAL);
    assertThat(warn("org.apache.kafka.X", "node {} is away")).isEqualTo(FilterReply.DENY);
    assertThat(warn("org.apache.kafka.X", "disk is full")).isEqualTo(FilterReply.NEUTRAL);
    nanos.addAndGet(Duration.ofSeconds(31).toNanos());
    assertThat(warn("org.apache.kafka.X", "node {} is away")).isEqualTo(FilterReply.NEUTRAL);
  }

  @Test
  void ourOwnWarningsAreAlwaysHeard() {
    assertThat(warn("dev.parley.X", "it rains")).isEqualTo(FilterReply.NEUTRAL);
    assertThat(warn("dev.parley.X", "it rains")).isEqualTo(FilterReply.NEUTRAL);
  }
}
