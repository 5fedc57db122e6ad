package dev.parley.dispatcher.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.TurnStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A CIC that can't be reached costs turns time, not tries. */
final class CircuitTest {
  private final FlowBench bench = new FlowBench();
  private int dialogs;

  private TurnId begin() {
    TurnId turn = FlowBench.turn("device-" + ++dialogs, "dialog-" + dialogs);
    bench.begin(turn);
    return turn;
  }

  private void unreachable(TurnId turn, Attempt attempt) {
    bench.apply(
        new Input.Broken(
            turn, attempt, TurnStatus.FAILED, "cic-unreachable", "no connection", true));
  }

  private void pass(long millis) {
    bench.now += millis;
    bench.apply(new Input.Tick());
  }

  private void openTheCircuit() {
    for (int i = 0; i < 3; i++) {
      unreachable(begin(), FlowBench.ATTEMPT);
    }
    assertThat(bench.circuit.isOpen()).isTrue();
    bench.effects.clear();
  }

  private void replay(Effect.Replay replay) {
    bench.apply(
        new Input.Replayed(
            replay.turn(),
            replay.attempt(),
            new SpeechRecord.Begin(replay.turn(), "s1", FlowBench.metadata(replay.turn()))));
    bench.apply(new Input.ReplayedTo(replay.turn(), replay.attempt(), replay.to()));
  }

  @Test
  void afterThreeFailuresNewTurnsWaitAndNoneIsClosed() {
    openTheCircuit();
    begin();
    assertThat(bench.effects(Effect.Request.class)).isEmpty();
    assertThat(bench.flow.openTurns()).isEqualTo(4);
    assertThat(bench.ledger).noneMatch(LedgerRecord.TurnClosed.class::isInstance);
  }

  @Test
  void oneTurnASecondTriesWhileItIsOpen() {
    openTheCircuit();
    for (int i = 0; i < 10; i++) {
      begin();
    }
    int tried = 0;
    for (int second = 0; second < 5; second++) {
      pass(1_200);
      List<Effect.Replay> trials = bench.effects(Effect.Replay.class);
      assertThat(trials.size() - tried).isBetween(0, 1);
      for (Effect.Replay trial : trials.subList(tried, trials.size())) {
        replay(trial);
        unreachable(trial.turn(), trial.attempt());
      }
      tried = trials.size();
    }
    assertThat(tried).isGreaterThanOrEqualTo(2);
  }

  @Test
  void onceCicIsReachedAllThatWaitedGoAhead() {
    openTheCircuit();
    TurnId waiting = begin();
    while (bench.effects(Effect.Replay.class).isEmpty()) {
      pass(100);
    }
    Effect.Replay trial = bench.effects(Effect.Replay.class).getFirst();
    replay(trial);
    bench.apply(new Input.Requested(trial.turn(), trial.attempt()));
    pass(3_000);
    assertThat(bench.effects(Effect.Replay.class))
        .extracting(Effect.Replay::turn)
        .contains(waiting)
        .hasSize(4);
  }

  @Test
  void itCostsNoTries() {
    TurnId turn = begin();
    Attempt attempt = FlowBench.ATTEMPT;
    for (int i = 0; i < 20; i++) {
      unreachable(turn, attempt);
      int before = bench.effects(Effect.Replay.class).size();
      while (bench.effects(Effect.Replay.class).size() == before) {
        pass(100);
      }
      Effect.Replay trial = bench.effects(Effect.Replay.class).getLast();
      replay(trial);
      attempt = trial.attempt();
    }
    assertThat(bench.flow.openTurns()).isEqualTo(1);
  }

  @Test
  void whoHasWaitedTooLongIsToldThatCicIsDown() {
    TurnId turn = begin();
    unreachable(turn, FlowBench.ATTEMPT);
    pass(FlowLimits.DEFAULT.beginAge().toMillis() + 5_000);
    assertThat(bench.closed(turn).reason()).isEqualTo("cic-unreachable");
  }
}
