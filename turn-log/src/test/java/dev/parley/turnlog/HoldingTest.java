package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HoldingTest {
  private static Holding holding() {
    return new Holding(Thread.currentThread());
  }

  @Test
  void itLastsUntilItEndsAndThenSaysHow() {
    Holding holding = holding();
    assertThat(holding.lasts()).isTrue();
    holding.end(Taken.REVOKED);
    assertThat(holding.lasts()).isFalse();
    assertThat(holding.taken()).isEqualTo(Taken.REVOKED);
  }

  @Test
  void aPartitionThatWasRevokedMayBeLostAfterwards() {
    Holding holding = holding();
    holding.end(Taken.REVOKED);
    holding.end(Taken.LOST);
    assertThat(holding.taken()).isEqualTo(Taken.LOST);
  }

  @Test
  void aWorkerThatIsAtWorkIsNotInterrupted() {
    Holding holding = holding();
    holding.end(Taken.REVOKED);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void aWorkerThatMayBeInterruptedIs() {
    Holding holding = holding();
    holding.setInterruptible(true);
    holding.end(Taken.REVOKED);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void whoseEndCameJustBeforeIsInterruptedToo() {
    Holding holding = holding();
    holding.end(Taken.REVOKED);
    holding.setInterruptible(true);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anInterruptionThatCameTooLateDoesNotReachWhatComesNext() {
    Holding holding = holding();
    holding.setInterruptible(true);
    holding.end(Taken.REVOKED);
    holding.setInterruptible(false);
    assertThat(Thread.interrupted()).isFalse();
  }
}
