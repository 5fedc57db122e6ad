package dev.parley.dispatcher;

import dev.parley.turnlog.PartitionState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * How the partitions stand that a dispatcher holds: a gauge of each kind for each partition, gone
 * once the partition is. One thread at a time.
 */
final class PartitionMetrics {
  private final MultiGauge unread;
  private final MultiGauge uncommitted;
  private final MultiGauge standing;
  private final MultiGauge openTurns;
  private final MultiGauge heldBytes;
  private final MultiGauge ledgerLag;

  /** {@code speech}: what gauges about records of the speech topic are tagged with. */
  PartitionMetrics(MeterRegistry registry, Tags speech) {
    this.unread = gauges(registry, "dispatch.lag", "Records of a partition not yet read", speech);
    this.uncommitted =
        gauges(registry, "commit.lag", "Records of a partition behind its commit", speech);
    this.standing =
        gauges(
            registry,
            "commit.standing.seconds",
            "How long a partition's commit has not moved although there is work",
            speech);
    this.openTurns = gauges(registry, "turns.open", "Open turns of a partition", Tags.empty());
    this.heldBytes =
        gauges(
            registry,
            "held.bytes",
            "Speech of a partition that waits for CIC to take it",
            Tags.empty());
    this.ledgerLag =
        gauges(
            registry,
            "ledger.lag.seconds",
            "For how long a ledger record stands that is not read back yet",
            Tags.empty());
  }

  private static MultiGauge gauges(
      MeterRegistry registry, String name, String description, Tags tags) {
    return MultiGauge.builder("parley.dispatcher." + name)
        .description(description)
        .tags(tags)
        .register(registry);
  }

  /** Shows what is true now. */
  void show(List<PartitionState> states, List<Standing> standings) {
    unread.register(
        states.stream()
            .map(s -> row(s.partition(), (double) s.unread().orElse(0)))
            .collect(Collectors.toList()),
        true);
    uncommitted.register(
        states.stream()
            .map(s -> row(s.partition(), (double) s.uncommitted().orElse(0)))
            .collect(Collectors.toList()),
        true);
    standing.register(
        states.stream()
            .map(s -> row(s.partition(), s.standing().toMillis() / 1_000.0))
            .collect(Collectors.toList()),
        true);
    openTurns.register(rows(standings, Standing::openTurns), true);
    heldBytes.register(rows(standings, Standing::heldBytes), true);
    ledgerLag.register(rows(standings, s -> s.ledgerLagMillis() / 1_000.0), true);
  }

  /** A partition may have a former tenure that finishes beside the present one. */
  private static List<MultiGauge.Row<?>> rows(
      List<Standing> standings, ToDoubleFunction<Standing> value) {
    Map<Integer, Double> sums =
        standings.stream()
            .collect(Collectors.groupingBy(Standing::partition, Collectors.summingDouble(value)));
    return sums.entrySet().stream()
        .map(sum -> row(sum.getKey(), sum.getValue()))
        .collect(Collectors.toList());
  }

  private static MultiGauge.Row<?> row(int partition, double value) {
    return MultiGauge.Row.of(
        Tags.of("messaging.destination.partition.id", Integer.toString(partition)), value);
  }
}
