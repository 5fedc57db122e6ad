package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReopenDelayTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final Random random = new Random(1);
  private final ReopenDelay delay = new ReopenDelay();
  private long now = -5_000_000_000L;

  private Duration untilNext(boolean hasOpenTurn) {
    return Duration.ofNanos(delay.nanosUntilNext(now, hasOpenTurn));
  }

  private void passes(Duration time) {
    now += time.toNanos();
  }

  private void ends() {
    ends(Duration.ZERO);
  }

  private void ends(Duration asked) {
    delay.ended(now, asked, random);
  }

  private void lives(Duration life) {
    delay.opens(now);
    delay.hello(now);
    passes(life);
    ends();
  }

  @Test
  void theFirstIsOpenedAtOnce() {
    assertThat(untilNext(false)).isZero();
    assertThat(untilNext(true)).isZero();
  }

  @Test
  void whoCouldNotEvenOpenOneWaitsToo() {
    for (int i = 0; i < 3; i++) {
      ends();
      assertThat(untilNext(false)).isPositive();
      assertThat(untilNext(true)).isPositive();
    }
  }

  @Test
  void oneThatWasLeftForNoReasonOfItsOwnIsOpenedAgainAtOnce() {
    for (int i = 0; i < 5; i++) {
      delay.opens(now);
      delay.hello(now);
      passes(Duration.ofSeconds(1));
      delay.left();
      assertThat(delay.isUp()).isFalse();
      assertThat(untilNext(false)).isLessThanOrEqualTo(Duration.ZERO);
    }
  }

  @Test
  void oneThatHasLivedIsOpenedAgainAtOnceHoweverOften() {
    for (int i = 0; i < 20; i++) {
      lives(Duration.ofSeconds(10));
      assertThat(untilNext(false)).isLessThanOrEqualTo(Duration.ZERO);
      assertThat(untilNext(true)).isLessThanOrEqualTo(Duration.ZERO);
    }
  }

  @Test
  void twoAreAQuarterOfASecondApart() {
    lives(Duration.ofMillis(100));
    assertThat(untilNext(false)).isEqualTo(Duration.ofMillis(150));
    assertThat(untilNext(true)).isEqualTo(Duration.ofMillis(150));
  }

  @Test
  void oneThatNeverSaysHelloIsTriedMoreAndMoreSeldom() {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      delay.opens(now);
      ends();
      assertThat(untilNext(true)).isLessThanOrEqualTo(Duration.ofSeconds(1));
      waits.add(untilNext(false).toMillis());
      passes(untilNext(false));
    }
    for (int i = 0; i < 10; i++) {
      long most = Math.min(30_000, 250L << Math.min(i, 7));
      assertThat(waits.get(i))
          .as("wait %d of %s", i, waits)
          .isBetween(Math.max(250, most / 2), most);
    }
  }

  @Test
  void oneThatKeepsEndingSoonAfterHelloIsOpenedSixTimesAMinuteAtMost() {
    for (int seed = 0; seed < 100; seed++) {
      ReopenDelay flapping = new ReopenDelay();
      Random jitter = new Random(seed);
      long at = 0;
      List<Long> opened = new ArrayList<>();
      while (at < 10 * MINUTE) {
        opened.add(at);
        flapping.opens(at);
        flapping.hello(at);
        at += 1_000_000;
        flapping.ended(at, Duration.ZERO, jitter);
        at += flapping.nanosUntilNext(at, false);
      }
      for (long from : opened) {
        assertThat(opened.stream().filter(one -> one >= from && one < from + MINUTE))
            .as("opened in a minute, of %s", opened)
            .hasSizeLessThanOrEqualTo(6);
      }
    }
  }

  @Test
  void aTurnIsNotMadeToWaitLongForOneThatKeepsEnding() {
    for (int i = 0; i < 8; i++) {
      lives(Duration.ofSeconds(1));
      assertThat(untilNext(true)).isLessThanOrEqualTo(Duration.ofSeconds(2));
      passes(untilNext(false));
    }
    assertThat(untilNext(false)).isZero();
  }

  @Test
  void shortLivesAreForgottenOnceOneHasLived() {
    for (int i = 0; i < 5; i++) {
      lives(Duration.ofSeconds(1));
    }
    assertThat(untilNext(false)).isGreaterThan(Duration.ofSeconds(20));
    lives(Duration.ofSeconds(10));
    lives(Duration.ofSeconds(1));
    assertThat(untilNext(false)).isLessThanOrEqualTo(Duration.ZERO);
  }

  @Test
  void whatCicAsksForIsHeededWithATurnToo() {
    delay.opens(now);
    ends(Duration.ofSeconds(40));
    assertThat(untilNext(false)).isEqualTo(Duration.ofSeconds(40));
    assertThat(untilNext(true)).isEqualTo(Duration.ofSeconds(40));
    ends(Duration.ofMillis(Long.MAX_VALUE));
    assertThat(untilNext(true)).isEqualTo(Duration.ofMinutes(5));
  }
}
