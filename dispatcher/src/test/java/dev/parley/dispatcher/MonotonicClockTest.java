package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MonotonicClockTest {
  private static final long HOUR = 3_600_000;

  private long wall = 1_700_000_000_000L;
  private long nanos;

  private MonotonicClock clock() {
    return new MonotonicClock(() -> Instant.ofEpochMilli(wall), () -> nanos);
  }

  @Test
  void itBeginsWithTheTimeOfTheWall() {
    nanos = 77;
    assertThat(clock().millis()).isEqualTo(1_700_000_000_000L);
    assertThat(clock().instant()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_000L));
  }

  @ParameterizedTest
  @ValueSource(longs = {-HOUR, 0, HOUR})
  void aStepOfTheWallIsNoTimeThatPasses(long step) {
    MonotonicClock clock = clock();
    wall += step;
    assertThat(clock.millis()).isEqualTo(1_700_000_000_000L);
    nanos += 250_999_999;
    assertThat(clock.millis()).isEqualTo(1_700_000_000_250L);
    assertThat(clock.instant()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_250L));
  }

  @Test
  void nanosMayBeginAnywhereAndRunOverTheirEnd() {
    nanos = Long.MAX_VALUE - 1_000_000;
    MonotonicClock clock = clock();
    nanos += 5_000_000;
    assertThat(clock.millis()).isEqualTo(1_700_000_000_005L);
  }
}
