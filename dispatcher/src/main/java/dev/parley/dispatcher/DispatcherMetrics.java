package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.LaneCounts;
import dev.parley.dispatcher.flow.RecordReason;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.turnlog.PartitionState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What a dispatcher counts and measures; docs/metrics.md says of each what it means and what to do
 * when it moves. Names are OpenTelemetry's where it has one. Any thread.
 */
final class DispatcherMetrics {
  private static final Tag SYSTEM = Tag.of("messaging.system", "kafka");

  private final MeterRegistry registry;
  private final Tags ledger;
  private final Counter consumed;
  private final Counter appended;
  private final Timer append;
  private final Counter sent;
  private final Counter replayed;
  private final Counter devicesDropped;
  private final Timer chunkAge;
  private final Timer takeOver;
  private final MultiGauge unread;
  private final MultiGauge uncommitted;
  private final MultiGauge standing;
  private final MultiGauge openTurns;
  private final MultiGauge heldBytes;
  private final MultiGauge ledgerLag;
  private volatile Runnable refreshLanes = () -> {};

  DispatcherMetrics(MeterRegistry registry, DispatcherConfig config) {
    this.registry = registry;
    Tag group = Tag.of("messaging.consumer.group.name", config.group());
    Tags speech =
        Tags.of(SYSTEM, group, Tag.of("messaging.destination.name", config.topics().speech()));
    this.ledger =
        Tags.of(
            SYSTEM,
            Tag.of("messaging.destination.name", config.topics().ledger()),
            Tag.of("messaging.operation.name", "send"));
    this.consumed =
        Counter.builder("messaging.client.consumed.messages")
            .description("Records read from the speech topic")
            .tags(speech.and("messaging.operation.name", "poll"))
            .register(registry);
    this.appended =
        Counter.builder("messaging.client.sent.messages")
            .description("Records appended to the ledger")
            .tags(ledger.and("error.type", "none"))
            .register(registry);
    this.append =
        Timer.builder("messaging.client.operation.duration")
            .description("From the decision to append to the ledger until it is acknowledged")
            .tags(ledger)
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    this.sent =
        Counter.builder("parley.dispatcher.chunks.sent")
            .description("Chunks handed to event requests")
            .register(registry);
    this.devicesDropped =
        Counter.builder("parley.dispatcher.devices.dropped")
            .description("Silent devices that lost their downchannel to others")
            .register(registry);
    this.replayed =
        Counter.builder("parley.dispatcher.chunks.replayed")
            .description("Records of turns read again from Kafka for another try")
            .register(registry);
    this.chunkAge =
        Timer.builder("parley.dispatcher.chunk.age")
            .description("From a chunk's arrival in Kafka until it is read from there")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    this.takeOver =
        Timer.builder("parley.dispatcher.take.over")
            .description("From the beginning of a claim of a partition until it has won")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    this.unread =
        gauges("parley.dispatcher.dispatch.lag", "Records of a partition not yet read", speech);
    this.uncommitted =
        gauges("parley.dispatcher.commit.lag", "Records of a partition behind its commit", speech);
    this.standing =
        gauges(
            "parley.dispatcher.commit.standing.seconds",
            "How long a partition's commit has not moved although there is work",
            speech);
    this.openTurns =
        gauges("parley.dispatcher.turns.open", "Open turns of a partition", Tags.empty());
    this.heldBytes =
        gauges(
            "parley.dispatcher.held.bytes",
            "Speech of a partition that waits for CIC to take it",
            Tags.empty());
    this.ledgerLag =
        gauges(
            "parley.dispatcher.ledger.lag.seconds",
            "For how long a ledger record stands that is not read back yet",
            Tags.empty());
  }

  /** What the lanes tell, which is asked about once a second. */
  void lanes(Supplier<LaneCounts> counts) {
    AtomicReference<LaneCounts> last = new AtomicReference<>(counts.get());
    refreshLanes = () -> last.set(counts.get());
    lanes(last, "open", LaneCounts::open);
    lanes(last, "leaving", LaneCounts::leaving);
    gauge(
        "parley.dispatcher.lanes.devices",
        "Devices that have a lane",
        last,
        l -> l.get().devices());
    gauge(
        "parley.dispatcher.lanes.devices.most",
        "Devices that may share a lane now",
        last,
        l -> l.get().devicesPerLane());
    gauge(
        "parley.dispatcher.downchannels.waiting",
        "Downchannels that wait for their turn to be opened",
        last,
        l -> l.get().waitingToOpen());
    for (LaneCounts.Why why : LaneCounts.Why.values()) {
      FunctionCounter.builder(
              "parley.dispatcher.lanes.left", last, l -> l.get().left().getOrDefault(why, 0L))
          .description("Lanes that devices left")
          .tag("reason", why.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    counter(last, "downchannels.opens", "Downchannels asked for", LaneCounts::opens);
    counter(last, "downchannels.reopens", "Of these, again", LaneCounts::reopens);
    counter(last, "events.strayed", "Events stopped on a foreign connection", LaneCounts::strays);
    counter(last, "events.stuck", "Events of which CIC took nothing", LaneCounts::stuckResets);
    counter(last, "tokens.refreshed", "Fresh tokens asked for", LaneCounts::tokenRefreshes);
  }

  private void lanes(
      AtomicReference<LaneCounts> last, String state, ToDoubleFunction<LaneCounts> value) {
    Gauge.builder("parley.dispatcher.lanes", last, l -> value.applyAsDouble(l.get()))
        .description("Connections to CIC")
        .tag("state", state)
        .register(registry);
  }

  private void counter(
      AtomicReference<LaneCounts> last,
      String name,
      String description,
      ToDoubleFunction<LaneCounts> value) {
    FunctionCounter.builder("parley.dispatcher." + name, last, l -> value.applyAsDouble(l.get()))
        .description(description)
        .register(registry);
  }

  private MultiGauge gauges(String name, String description, Tags tags) {
    return MultiGauge.builder(name).description(description).tags(tags).register(registry);
  }

  /** What is true of a dispatcher as a whole. */
  <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
    Gauge.builder(name, of, value).description(description).register(registry);
  }

  /** How often something unexpected was thrown, and what that has cost. */
  <T> void failures(String cost, T of, ToDoubleFunction<T> count) {
    FunctionCounter.builder("parley.dispatcher.failures", of, count)
        .description("Unexpected failures, by what each has cost: the bug reports are in the log")
        .tag("cost", cost)
        .register(registry);
  }

  /** How the partitions stand, about once a second. One thread. */
  void standings(List<PartitionState> states, List<Standing> standings) {
    refreshLanes.run();
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

  void recordRead() {
    consumed.increment();
  }

  /** A live chunk; its age is by two machines' clocks. */
  void chunkRead(long ageMillis) {
    chunkAge.record(Math.max(0, ageMillis), TimeUnit.MILLISECONDS);
  }

  void chunkSent() {
    sent.increment();
  }

  void deviceDropped() {
    devicesDropped.increment();
  }

  void replayed() {
    replayed.increment();
  }

  void appended(long nanos) {
    appended.increment();
    append.record(nanos, TimeUnit.NANOSECONDS);
  }

  void appendFailed(Exception cause) {
    registry
        .counter(
            "messaging.client.sent.messages",
            ledger.and("error.type", cause.getClass().getSimpleName()))
        .increment();
  }

  void tookOver(Duration took) {
    takeOver.record(took);
  }

  void startedOver() {
    registry.counter("parley.dispatcher.started.over").increment();
  }

  void paused() {
    registry.counter("parley.dispatcher.fetch.paused").increment();
  }

  void turnClosed(LedgerRecord.TurnClosed closed) {
    registry
        .counter(
            "parley.dispatcher.turns.closed",
            "status",
            closed.status().toString(),
            "reason",
            closed.reason())
        .increment();
  }

  void passedOver(RecordReason.Passed reason) {
    registry.counter("parley.dispatcher.records.passed.over", "reason", reason.word()).increment();
  }

  void setAside(RecordReason.Aside reason) {
    registry.counter("parley.dispatcher.records.set.aside", "reason", reason.word()).increment();
  }

  void ignoredPart() {
    registry.counter("parley.dispatcher.parts.ignored").increment();
  }
}
