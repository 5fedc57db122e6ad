package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.flow.Circuit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What partitions, each on a thread of its own, know of CIC together. */
class SharedCircuitTest {
  private static final int PARTITIONS = 8;

  private final SharedCircuit circuit = new SharedCircuit();

  private void open() {
    for (int i = 0; i < 3; i++) {
      circuit.tell(new Circuit.Sign.Failed(0));
    }
    assertThat(circuit.now().isOpen()).isTrue();
  }

  /** How many of all partitions that ask at the same time may go ahead. */
  private int admitted(ExecutorService threads, long nowMillis)
      throws InterruptedException, ExecutionException {
    List<Future<Boolean>> asked = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      asked.add(threads.submit(() -> circuit.admits(nowMillis)));
    }
    int admitted = 0;
    for (Future<Boolean> answer : asked) {
      admitted += answer.get() ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void ofAllThatAskOneASecondGoesAheadWhileCicIsAway() throws Exception {
    open();
    try (ExecutorService threads = Executors.newFixedThreadPool(PARTITIONS)) {
      for (long second = 1; second <= 1_000; second++) {
        assertThat(admitted(threads, second * 1_000 - 1)).isZero();
        assertThat(admitted(threads, second * 1_000)).isEqualTo(1);
      }
    }
  }

  @Test
  void allGoAheadWhenCicIsThere() throws Exception {
    open();
    circuit.tell(new Circuit.Sign.Reached());
    try (ExecutorService threads = Executors.newFixedThreadPool(PARTITIONS)) {
      assertThat(admitted(threads, 1)).isEqualTo(PARTITIONS);
    }
  }
}
