package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1000", "' 30 ', 30000", "-5, 0"})
  void secondsAreSeconds(String header, long millis) {
    assertThat(RetryAfter.millis(header)).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Mon, 30 Nov 2026 08:00:00 GMT", "soon", "", "1.5", "9223372036854775807"})
  void whatIsNoNumberOfSecondsIsNotWaitedFor(String header) {
    assertThat(RetryAfter.millis(header)).isZero();
  }

  @Test
  void withoutTheHeaderNothingIsAskedFor() {
    assertThat(RetryAfter.millis(null)).isZero();
  }
}
