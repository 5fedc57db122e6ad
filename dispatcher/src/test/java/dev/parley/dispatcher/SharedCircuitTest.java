package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.flow.Circuit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What partitions, each on a thread of its own, know of CIC together. */
class SharedCircuitTest {
  private static final int PARTITIONS = 4;
  private static final int SECONDS = 100_000;

  private final SharedCircuit circuit = new SharedCircuit();

  SharedCircuitTest() {
    for (int i = 0; i < 3; i++) {
      circuit.tell(new Circuit.Sign.Failed(0));
    }
    assertThat(circuit.now().isOpen()).isTrue();
  }

  /** How often one that asks every second may go ahead. */
  private int admitted(CyclicBarrier start) throws Exception {
    start.await();
    int admitted = 0;
    for (long second = 1; second <= SECONDS; second++) {
      admitted += circuit.admits(second * 1_000) ? 1 : 0;
    }
    return admitted;
  }

  private int admittedOfAll() throws Exception {
    CyclicBarrier start = new CyclicBarrier(PARTITIONS);
    List<Future<Integer>> all = new ArrayList<>();
    int admitted = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(PARTITIONS)) {
      for (int i = 0; i < PARTITIONS; i++) {
        all.add(threads.submit(() -> admitted(start)));
      }
      for (Future<Integer> one : all) {
        admitted += one.get();
      }
    }
    return admitted;
  }

  @Test
  void ofAllPartitionsOneASecondGoesAheadWhileCicIsAway() throws Exception {
    assertThat(admittedOfAll()).isEqualTo(SECONDS);
  }

  @Test
  void betweenTwoTrialsNobodyGoesAhead() {
    assertThat(circuit.admits(1_000)).isTrue();
    assertThat(circuit.admits(1_999)).isFalse();
    assertThat(circuit.admits(2_000)).isTrue();
  }

  @Test
  void allGoAheadOnceCicIsThere() throws Exception {
    circuit.tell(new Circuit.Sign.Reached());
    assertThat(admittedOfAll()).isEqualTo(PARTITIONS * SECONDS);
  }
}
