package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.turnlog.Trouble;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LedgerLagTest {
  private final LedgerLag lag = new LedgerLag();
  private final ReadBack readBack = new ReadBack();

  private static Standing late(int partition, Duration by) {
    return new Standing(partition, 0, 0, by.toMillis(), Optional.empty());
  }

  @Test
  void itCountsFromTheAcknowledgementOfTheFirstThatIsNotReadBack() {
    assertThat(readBack.lagMillis(1_000)).isZero();
    readBack.acknowledged(5, 1_000);
    readBack.acknowledged(6, 1_400);
    assertThat(readBack.lagMillis(1_500)).isEqualTo(500);
    readBack.read(5);
    assertThat(readBack.lagMillis(1_500)).isEqualTo(100);
    readBack.read(6);
    assertThat(readBack.lagMillis(1_500)).isZero();
    assertThat(readBack.missing()).isEmpty();
  }

  @Test
  void whatIsPassedAndNotReadIsMissing() {
    readBack.acknowledged(5, 1_000);
    readBack.passTo(5);
    assertThat(readBack.missing()).isEmpty();
    readBack.passTo(6);
    assertThat(readBack.missing()).hasValue(5);
  }

  @Test
  void thePartitionThatIsLatestDecides() {
    lag.observe(List.of(late(0, Duration.ZERO), late(1, LedgerLag.NOT_READY)));
    assertThat(lag.trouble(true)).containsInstanceOf(Trouble.Waiting.class);
    lag.observe(List.of(late(0, Duration.ZERO), late(1, LedgerLag.ALARM)));
    assertThat(lag.trouble(true)).isEmpty();
    lag.observe(List.of());
    assertThat(lag.trouble(true)).isEmpty();
  }

  @Test
  void onlyWhileKafkaAnswersIsItAMatterForANewProcess() {
    lag.observe(List.of(late(1, LedgerLag.DEAD)));
    assertThat(lag.trouble(true)).containsInstanceOf(Trouble.Dead.class);
    assertThat(lag.trouble(false)).containsInstanceOf(Trouble.Waiting.class);
  }
}
