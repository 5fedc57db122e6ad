package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BrokerClockTest {
  private final AtomicLong nanos = new AtomicLong(1);
  private final BrokerClock clock = new BrokerClock(nanos::get);

  private void pass(long seconds) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void aTimeBetweenSendingAndAcknowledgementTellsNothing() {
    clock.appended(10_000, 19_000, 10_000);
    clock.appended(10_000, 19_000, 19_000);
    assertThat(clock.aheadMillis()).isZero();
  }

  @Test
  void aBrokerThatIsAheadOrBehindIsSoAtLeastByWhatStandsOutside() {
    clock.appended(10_000, 10_200, 16_200);
    assertThat(clock.aheadMillis()).isEqualTo(6_000);
    clock.appended(20_000, 20_200, 10_000);
    assertThat(clock.aheadMillis()).isEqualTo(-10_000);
  }

  @Test
  void oneOfSeveralBrokersWithAWrongClockIsSeenForAMinuteAfterTheLastRecordThatToldOfIt() {
    clock.appended(10_000, 10_200, 20_200);
    pass(59);
    clock.appended(10_000, 10_200, 10_100);
    assertThat(clock.aheadMillis()).isEqualTo(10_000);
    pass(2);
    clock.appended(10_000, 10_200, 10_100);
    assertThat(clock.aheadMillis()).isZero();
  }

  @Test
  void aBrokerThatDoesNotSayIsNotJudged() {
    clock.appended(10_000, 10_200, -1);
    clock.appended(10_000, 10_200, 0);
    assertThat(clock.aheadMillis()).isZero();
  }
}
