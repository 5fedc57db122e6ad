package dev.parley.cli.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.ILoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;
import org.slf4j.helpers.SubstituteLoggerFactory;

class LoggingTest {
  @Test
  void whileAnotherThreadIsTheFirstThatLogsTheRealThingIsWaitedFor() {
    LoggerContext real = new LoggerContext();
    Deque<ILoggerFactory> found =
        new ArrayDeque<>(
            List.of(new SubstituteLoggerFactory(), new SubstituteLoggerFactory(), real));
    assertThat(Logging.context(found::remove)).isSameAs(real);
  }

  @Test
  void anotherLibraryIsNamed() {
    assertThatThrownBy(() -> Logging.context(NOPLoggerFactory::new))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("NOPLoggerFactory");
  }
}
