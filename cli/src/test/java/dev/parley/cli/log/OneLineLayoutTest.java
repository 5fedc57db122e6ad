package dev.parley.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OneLineLayoutTest {
  private final OneLineLayout layout = new OneLineLayout(ZoneOffset.UTC, false);

  private String line(String logger, String message, @Nullable Throwable thrown) {
    Logger source = new LoggerContext().getLogger(logger);
    LoggingEvent event = new LoggingEvent("", source, Level.WARN, message, thrown, null);
    event.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
    return layout.doLayout(event);
  }

  @Test
  void aLineHasTimeLevelPartAndMessage() {
    assertThat(line("dev.parley.dispatcher.flow.Turn", "it rains", null))
        .isEqualTo("03:04:05.678 WARN  dispatcher  it rains" + System.lineSeparator());
  }

  @Test
  void aLibraryIsNamedByItsClass() {
    assertThat(line("org.apache.kafka.NetworkClient", "it rains", null))
        .contains("NetworkClient it");
  }

  @Test
  void lineEndsInAMessageDoNotForgeALine() {
    assertThat(line("dev.parley.cli.X", "one\r\n12:00 INFO two\n", null))
        .contains("one | 12:00 INFO two")
        .hasLineCount(1);
  }

  @Test
  void anExceptionIsToldInTheSameLineWithItsPlace() {
    assertThat(line("dev.parley.cli.X", "lost", new IllegalStateException("no", new IOException())))
        .contains("lost: no: IOException (cli, OneLineLayoutTest.java:")
        .hasLineCount(1);
  }
}
