package dev.parley.trials.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What is to be done.
 *
 * @param seed of everything that is left to chance
 * @param kills how many dispatchers are killed, if that is among the faults
 * @param rounds how often each other fault is injected
 * @param openTurns so many turns are open at least when a fault is injected
 * @param stallOneIn one turn in so many is stalled, in each way that there is
 * @param groupProtocol of the dispatchers: {@code classic} or {@code consumer}
 */
record ChaosPlan(
    long seed,
    int kills,
    int rounds,
    int devices,
    int dispatchers,
    int partitions,
    int openTurns,
    int stallOneIn,
    String groupProtocol,
    List<Fault> faults) {
  /** Each fault is named once. */
  ChaosPlan {
    faults = faults.stream().distinct().toList();
  }

  /** The faults as they come, in an order of the seed's. */
  List<Fault> sequence() {
    List<Fault> sequence = new ArrayList<>();
    for (Fault fault : faults) {
      sequence.addAll(Collections.nCopies(fault == Fault.KILL ? kills : rounds, fault));
    }
    Collections.shuffle(sequence, new Random(seed));
    return sequence;
  }

  /** Whether it takes several brokers. */
  boolean needsCluster() {
    return faults.contains(Fault.LEADER);
  }
}
