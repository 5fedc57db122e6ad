package dev.parley.dispatcher;

import dev.parley.dispatcher.flow.Circuit;
import java.util.concurrent.atomic.AtomicReference;

/** What the partitions of a dispatcher know of CIC together. Any thread. */
final class SharedCircuit {
  private final AtomicReference<Circuit> known = new AtomicReference<>(Circuit.CLOSED);

  Circuit now() {
    return known.get();
  }

  void tell(Circuit.Sign sign) {
    known.updateAndGet(circuit -> circuit.after(sign));
  }

  /** Whether a turn may go ahead now; if CIC is away, only the first one that asks in a while. */
  boolean admits(long nowMillis) {
    Circuit before = known.getAndUpdate(circuit -> tried(circuit, nowMillis));
    return before.admits(nowMillis);
  }

  private static Circuit tried(Circuit circuit, long nowMillis) {
    return circuit.isOpen() && circuit.admits(nowMillis) ? circuit.tried(nowMillis) : circuit;
  }
}
