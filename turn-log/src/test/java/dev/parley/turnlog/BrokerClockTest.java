package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class BrokerClockTest {
  private final AtomicLong nanos = new AtomicLong(TimeUnit.DAYS.toNanos(1));
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

  @Test
  void ofTwoThatAreEquallyFarTheLaterCountsAndAfterAMinuteAnyDoes() {
    clock.appended(10_000, 10_200, 20_200);
    clock.appended(20_200, 20_300, 10_200);
    assertThat(clock.aheadMillis()).isEqualTo(-10_000);
    pass(60);
    clock.appended(10_000, 10_200, 10_100);
    assertThat(clock.aheadMillis()).isZero();
  }

  @Test
  void fiveSecondsAreAnAlarmThatIsRaisedOnceAndTakenBackOnce() {
    Logger logger = (Logger) LoggerFactory.getLogger(BrokerClock.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    logger.addAppender(said);
    try {
      clock.appended(10_000, 10_200, 15_199);
      assertThat(said.list).as("4,999 ms").isEmpty();
      clock.appended(10_000, 10_200, 15_200);
      clock.appended(10_000, 10_200, 16_200);
      assertThat(said.list)
          .singleElement()
          .satisfies(alarm ->
              assertThat(alarm.getFormattedMessage()).contains("is 5 s ahead of this machine's"));
      pass(60);
      clock.appended(10_000, 10_200, 10_100);
      clock.appended(10_000, 10_200, 10_100);
      assertThat(said.list).hasSize(2);
      assertThat(said.list.getLast().getFormattedMessage()).contains("agree again");
      clock.appended(20_000, 20_200, 10_000);
      assertThat(said.list.getLast().getFormattedMessage())
          .contains("is 10 s behind this machine's");
    } finally {
      logger.detachAppender(said);
    }
  }
}
