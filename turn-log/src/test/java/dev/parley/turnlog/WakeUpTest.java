package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;

class WakeUpTest {
  private int wakeUps;

  private final WakeUp wakeUp =
      new WakeUp(
          new MockConsumer<byte[], byte[]>("earliest") {
            @Override
            public synchronized void wakeup() {
              wakeUps++;
            }
          });

  @Test
  void itEndsAPollOnce() {
    wakeUp.polls(true);
    wakeUp.wake();
    wakeUp.wake();
    assertThat(wakeUps).isEqualTo(1);
  }

  @Test
  void itDoesNothingWhileNobodyPolls() {
    wakeUp.wake();
    wakeUp.polls(true);
    wakeUp.polls(false);
    wakeUp.wake();
    assertThat(wakeUps).isZero();
  }
}
