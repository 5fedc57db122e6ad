package dev.parley.demo.chaos;

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
 */
record ChaosPlan(
    long seed,
    int kills,
    int rounds,
    int devices,
    int dispatchers,
    int partitions,
    int openTurns,
    List<Fault> faults) {
  /** Copies the list. */
  ChaosPlan {
    faults = List.copyOf(faults);
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

  /** Whether the endpoint is well throughout. */
  boolean hasHealthyEndpoint() {
    return faults.stream().allMatch(Fault::hasHealthyEndpoint);
  }
}
