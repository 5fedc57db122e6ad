package dev.parley.dispatcher.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Ending;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import java.util.List;
import java.util.Optional;
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
    bench.apply(new Input.Broken(turn, attempt, Known.CIC_UNREACHABLE, "no connection", true));
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
  void whoMayNotGoAheadAsksAgainASecondLater() {
    bench.grantsTrials = false;
    openTheCircuit();
    for (int asked = 1; asked <= 5; asked++) {
      pass(1_300);
      assertThat(bench.effects(Effect.AskTrial.class)).hasSize(asked);
    }
    assertThat(bench.effects(Effect.Replay.class)).isEmpty();
    bench.grantsTrials = true;
    pass(1_300);
    assertThat(bench.effects(Effect.Replay.class)).hasSize(1);
  }

  @Test
  void aNewTurnIsTheOneThatTriesIfItIsTimeForThat() {
    openTheCircuit();
    bench.now += 1_000;
    TurnId turn = begin();
    assertThat(bench.effects(Effect.Replay.class))
        .extracting(Effect.Replay::turn)
        .containsExactly(turn);
    begin();
    assertThat(bench.effects(Effect.AskTrial.class)).hasSize(1);
  }

  @Test
  void aTurnThatIsCancelledWhileItAsksDoesNotGoAhead() {
    bench.grantsTrials = false;
    openTheCircuit();
    bench.now += 1_000;
    TurnId turn = begin();
    bench.acknowledges = false;
    bench.speech(new SpeechRecord.Cancel(turn, "s1", 1));
    bench.apply(new Input.Trial(turn, FlowBench.ATTEMPT));
    assertThat(bench.effects(Effect.Replay.class)).isEmpty();
    assertThat(bench.closed(turn).reason()).isEqualTo("cancelled");
  }

  @Test
  void nothingIsToldOfACicThatIsThere() {
    TurnId turn = begin();
    bench.apply(new Input.Requested(turn, FlowBench.ATTEMPT));
    bench.audio(turn, 1);
    bench.answered(turn, "SpeechSynthesizer.Speak");
    assertThat(bench.effects(Effect.TellCircuit.class)).isEmpty();
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

  private void refuse(TurnId turn, Attempt attempt, int status) {
    bench.apply(new Input.Requested(turn, attempt));
    bench.apply(new Input.ResponseEnded(turn, attempt, status, Optional.empty(), 0));
  }

  /** Five turns are answered 503, and wait. */
  private void openTheCircuitByRefusals() {
    for (int i = 0; i < 5; i++) {
      refuse(begin(), FlowBench.ATTEMPT, 503);
    }
    assertThat(bench.circuit.isOpen()).isTrue();
  }

  private Effect.Replay awaitTrial() {
    int before = bench.effects(Effect.Replay.class).size();
    while (bench.effects(Effect.Replay.class).size() == before) {
      pass(100);
    }
    Effect.Replay trial = bench.effects(Effect.Replay.class).getLast();
    replay(trial);
    return trial;
  }

  @Test
  void aCicThatAnswersNothingBut503IsWaitedForWithoutTries() {
    openTheCircuitByRefusals();
    for (int i = 0; i < 10; i++) {
      Effect.Replay trial = awaitTrial();
      refuse(trial.turn(), trial.attempt(), i % 2 == 0 ? 503 : 502);
    }
    assertThat(bench.circuit.isOpen()).isTrue();
    assertThat(bench.flow.openTurns()).isEqualTo(5);
    assertThat(bench.ledger).noneMatch(LedgerRecord.TurnClosed.class::isInstance);
    Effect.Replay trial = awaitTrial();
    bench.apply(new Input.Requested(trial.turn(), trial.attempt()));
    bench.apply(
        new Input.Answered(
            trial.turn(),
            trial.attempt(),
            FlowBench.directive("SpeechSynthesizer.Speak", Optional.of(trial.turn().dialog()))));
    assertThat(bench.circuit.isOpen()).isFalse();
  }

  @Test
  void aTurnThatIsNotRefusedForASecondShowsThatCicIsBack() {
    openTheCircuitByRefusals();
    TurnId turn = awaitTrial().turn();
    Attempt attempt = bench.effects(Effect.Request.class).getLast().attempt();
    bench.apply(new Input.Requested(turn, attempt));
    bench.audio(turn, 1);
    assertThat(bench.circuit.isOpen()).isTrue();
    bench.now += 1_100;
    bench.audio(turn, 2);
    assertThat(bench.circuit.isOpen()).isFalse();
  }

  @Test
  void oneTurnThatIsRefusedByItselfIsToldSo() {
    TurnId turn = begin();
    refuse(turn, FlowBench.ATTEMPT, 503);
    for (int i = 0; i < 2; i++) {
      Effect.Replay next = awaitTrial();
      refuse(turn, next.attempt(), 503);
    }
    assertThat(bench.closed(turn).reason()).isEqualTo("cic-503");
    assertThat(bench.circuit.isOpen()).isFalse();
  }

  @Test
  void otherStatusesSayThatCicIsThere() {
    for (int i = 0; i < 4; i++) {
      refuse(begin(), FlowBench.ATTEMPT, 503);
    }
    refuse(begin(), FlowBench.ATTEMPT, 400);
    refuse(begin(), FlowBench.ATTEMPT, 503);
    assertThat(bench.circuit.isOpen()).isFalse();
  }

  @Test
  void answersToWhatWasRequestedBeforeDoNotSayThatCicIsBack() {
    TurnId older = begin();
    bench.apply(new Input.Requested(older, FlowBench.ATTEMPT));
    bench.now += 2_000;
    openTheCircuitByRefusals();
    bench.audio(older, 1);
    bench.responseEnded(older, 200);
    assertThat(bench.circuit.isOpen()).isTrue();
  }

  @Test
  void whileMostRequestsAreTakenTurnsGoAhead() {
    for (int i = 0; i < 100; i++) {
      TurnId turn = begin();
      if (i % 4 == 0) {
        refuse(turn, FlowBench.ATTEMPT, 503);
      } else {
        bench.apply(new Input.Requested(turn, FlowBench.ATTEMPT));
      }
      assertThat(bench.circuit.isOpen()).isFalse();
    }
  }

  @Test
  void aDownchannelThatIsRefusedWith503CountsToo() {
    for (int i = 0; i < 5; i++) {
      bench.apply(
          new Input.Broken(
              begin(), FlowBench.ATTEMPT, new Ending.Refused(503), "no downchannel", false));
    }
    assertThat(bench.circuit.isOpen()).isTrue();
    assertThat(bench.flow.openTurns()).isEqualTo(5);
  }

  @Test
  void whoHasWaitedTooLongIsToldThatCicIsDown() {
    TurnId turn = begin();
    unreachable(turn, FlowBench.ATTEMPT);
    pass(FlowLimits.DEFAULT.beginAge().toMillis() + 5_000);
    assertThat(bench.closed(turn).reason()).isEqualTo("cic-unreachable");
  }
}
