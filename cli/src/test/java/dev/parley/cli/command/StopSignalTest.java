package dev.parley.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StopSignalTest {
  private static FutureTask<Boolean> waiting() {
    FutureTask<Boolean> waiting =
        new FutureTask<>(() -> {
          StopSignal.awaitCleanUp();
          return true;
        });
    Thread thread = Thread.ofPlatform().daemon().start(waiting);
    await().until(() -> waiting.isDone() || thread.getState() == Thread.State.TIMED_WAITING);
    return waiting;
  }

  @Test
  void whatACommandUsesIsThereUntilItHasCleanedUp() throws Exception {
    FutureTask<Boolean> waiting;
    try (StopSignal stop = StopSignal.install()) {
      stop.interruptible();
      waiting = waiting();
      assertThat(waiting.isDone()).isFalse();
    }
    assertThat(waiting.get()).isTrue();
  }

  @Test
  void nobodyWaitsForACommandThatASignalEndsAtOnce() throws Exception {
    try (StopSignal _ = StopSignal.install()) {
      assertThat(waiting().get()).isTrue();
    }
  }

  @Test
  void aCommandThatIsToldToStopKnowsIt() {
    try (StopSignal stop = StopSignal.install()) {
      assertThat(stop.isAsked()).isFalse();
      stop.stop();
      assertThat(stop.isAsked()).isTrue();
    }
  }
}
