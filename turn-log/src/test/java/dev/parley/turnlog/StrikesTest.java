package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StrikesTest {
  private static final Duration SHORT = Duration.ofSeconds(29);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Strikes strikes = new Strikes();

  @Test
  void fourShortLivesInARowAreEnough() {
    for (int n = 1; n < Strikes.OWNERS; n++) {
      assertThat(strikes.owner(SHORT)).isFalse();
    }
    assertThat(strikes.owner(SHORT)).isTrue();
  }

  @Test
  void aLongLifeBeginsTheRowAnew() {
    for (int n = 0; n < 10; n++) {
      assertThat(strikes.owner(SHORT)).isFalse();
      assertThat(strikes.owner(SHORT)).isFalse();
      assertThat(strikes.owner(LONG)).isFalse();
    }
  }

  @Test
  void moreThanTenRecordsWithinAMinuteAreEnough() {
    for (int n = 0; n < Strikes.RECORDS; n++) {
      assertThat(strikes.record(n)).isFalse();
    }
    assertThat(strikes.record(Duration.ofSeconds(60).toNanos())).isTrue();
  }

  @Test
  void recordsThatComeNowAndThenAreNot() {
    for (long minute = 0; minute < 100; minute++) {
      assertThat(strikes.record(Duration.ofMinutes(minute).toNanos())).isFalse();
    }
  }
}
