package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.HeldBytes;
import dev.parley.turnlog.BrokerClock;
import dev.parley.turnlog.FailureCounts;
import dev.parley.turnlog.PartitionLoop;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** What is true of a dispatcher as a whole, as it is when it is asked. */
final class DispatcherGauges {
  private DispatcherGauges() {}

  static void register(
      DispatcherMetrics metrics,
      Dispatcher dispatcher,
      DispatcherConfig config,
      SharedCircuit circuit,
      Budget budget,
      HeldBytes held,
      BrokerClock brokerClock) {
    metrics.gauge(
        "parley.dispatcher.turns.oldest.age.seconds",
        "Age of the oldest open turn; GET /turns says which one it is",
        dispatcher,
        d -> d.oldest().stream().findFirst().map(DispatcherGauges::ageMillis).orElse(0L) / 1_000.0);
    metrics.gauge(
        "parley.dispatcher.circuit.open",
        "1 while CIC is away and turns wait",
        circuit,
        c -> c.now().isOpen() ? 1 : 0);
    metrics.gauge(
        "parley.dispatcher.turns.open.limit",
        "The most turns that may be open",
        config,
        c -> c.capacity().openTurns());
    metrics.gauge(
        "parley.dispatcher.devices", "Devices that have a downchannel", budget, Budget::devices);
    metrics.gauge(
        "parley.dispatcher.devices.limit",
        "The most devices that may keep a downchannel",
        config,
        c -> c.capacity().devices());
    metrics.gauge(
        "parley.dispatcher.held.bytes.limit",
        "The most speech that may wait for CIC",
        held,
        HeldBytes::limit);
    metrics.gauge(
        "parley.dispatcher.held.bytes.most",
        "The most speech that has waited for CIC since the start",
        held,
        HeldBytes::most);
    metrics.gauge(
        "parley.dispatcher.broker.clock.ahead.seconds",
        "How far a broker's clock is ahead of this machine's, at least; below 0 behind",
        brokerClock,
        c -> c.aheadMillis() / 1_000.0);
    ofLoop(metrics, dispatcher, Dispatcher::loop);
  }

  /** What {@code of} shows by its loop, once it has one; it is not kept from the collector. */
  static <T> void ofLoop(
      DispatcherMetrics metrics, T of, Function<T, Optional<PartitionLoop>> loop) {
    metrics.gauge(
        "parley.dispatcher.partitions",
        "Partitions held",
        of,
        o -> loop.apply(o).map(l -> l.assignment().size()).orElse(0));
    metrics.gauge(
        "parley.dispatcher.lease",
        "1 while Kafka has lately acknowledged a commit",
        of,
        o -> loop.apply(o).filter(PartitionLoop::holdsLease).isPresent() ? 1 : 0);
    metrics.gauge(
        "parley.dispatcher.leaving",
        "Partitions given away whose last turns are being finished",
        of,
        o -> loop.apply(o).map(PartitionLoop::leaving).orElse(0));
    metrics.gauge(
        "parley.dispatcher.partitions.parked",
        "Partitions held that nothing is done with any more; the log says why",
        of,
        o -> loop.apply(o).map(PartitionLoop::parked).orElse(0L));
    metrics.gauge(
        "parley.dispatcher.read.ahead.bytes",
        "Records that were read and are not worked on yet",
        of,
        o -> loop.apply(o).map(PartitionLoop::readAheadBytes).orElse(0L));
    metrics.failures("record", of, o -> failures(loop.apply(o), FailureCounts::records));
    metrics.failures("owner", of, o -> failures(loop.apply(o), FailureCounts::owners));
  }

  private static long ageMillis(OpenTurn turn) {
    return Math.max(0, System.currentTimeMillis() - turn.sinceMillis());
  }

  private static long failures(Optional<PartitionLoop> loop, ToLongFunction<FailureCounts> which) {
    return loop.map(PartitionLoop::failures).map(which::applyAsLong).orElse(0L);
  }
}
