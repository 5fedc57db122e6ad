package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.HeldBytes;
import dev.parley.dispatcher.flow.Refusal;
import dev.parley.protocol.record.Ending.Known;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What a dispatcher takes on at once: open turns, devices, and bytes that wait for CIC. A turn that
 * no dispatcher has begun is refused when there is no room; one that was begun is never sent away.
 * Any thread.
 */
final class Budget {
  private final Capacity capacity;
  private final HeldBytes held;
  private final Optional<Refusal> tooManyTurns;
  private final Optional<Refusal> overloaded;
  private final AtomicInteger openTurns = new AtomicInteger();
  private final AtomicInteger devices = new AtomicInteger();
  private final Set<Supplier<Standing>> tenures = ConcurrentHashMap.newKeySet();

  Budget(Capacity capacity, HeldBytes held) {
    this.capacity = capacity;
    this.held = held;
    this.tooManyTurns =
        Optional.of(
            new Refusal(
                Known.TOO_MANY_TURNS,
                "its dispatcher has " + capacity.openTurns() + " turns open already"));
    this.overloaded =
        Optional.of(
            new Refusal(
                Known.OVERLOADED, "too much speech is waiting for CIC at its dispatcher already"));
  }

  /** Work on a partition begins; it says how it stands until {@link #ended}. */
  void began(Supplier<Standing> tenure) {
    tenures.add(tenure);
  }

  void ended(Supplier<Standing> tenure) {
    tenures.remove(tenure);
  }

  /** So many more turns are open than before; negative when some have ended. */
  void turns(int more) {
    openTurns.addAndGet(more);
  }

  /** So many more devices have a downchannel than before. */
  void devices(int more) {
    devices.addAndGet(more);
  }

  /** Over all partitions. */
  int openTurns() {
    return openTurns.get();
  }

  /** Those with a downchannel, over all partitions. */
  int devices() {
    return devices.get();
  }

  /** Whether as many devices have a downchannel as may. */
  boolean isFullOfDevices() {
    return devices() >= capacity.devices();
  }

  /** How each partition stands. */
  List<Standing> standings() {
    return tenures.stream().map(Supplier::get).toList();
  }

  /** Why there is no room for new turns; empty when there is. */
  Optional<Refusal> refusal() {
    if (openTurns() >= capacity.openTurns()) {
      return tooManyTurns;
    }
    return held.isTight() ? overloaded : Optional.empty();
  }
}
