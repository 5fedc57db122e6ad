package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.LaneCounts;
import dev.parley.dispatcher.flow.RecordReason;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.turnlog.PartitionState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a dispatcher counts and measures; docs/metrics.md says of each what it means and what to do
 * when it moves. Names are OpenTelemetry's where it has one. Any thread.
 */
final class DispatcherMetrics {
  private static final Tag SYSTEM = Tag.of("messaging.system", "kafka");

  private final MeterRegistry registry;
  private final AppendMetrics appends;
  private final Counter consumed;
  private final Counter sent;
  private final Counter replayed;
  private final Counter devicesDropped;
  private final Timer chunkAge;
  private final Timer takeOver;
  private final PartitionMetrics partitions;
  private volatile @Nullable LaneMetrics lanes;

  DispatcherMetrics(MeterRegistry registry, DispatcherConfig config) {
    this.registry = registry;
    Tag group = Tag.of("messaging.consumer.group.name", config.group());
    Tags speech =
        Tags.of(SYSTEM, group, Tag.of("messaging.destination.name", config.topics().speech()));
    this.appends =
        new AppendMetrics(
            registry,
            Tags.of(SYSTEM, Tag.of("messaging.destination.name", config.topics().ledger())));
    this.consumed =
        Counter.builder("messaging.client.consumed.messages")
            .description("Records read from the speech topic")
            .tags(speech.and("messaging.operation.name", "poll"))
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
    this.partitions = new PartitionMetrics(registry, speech);
  }

  /** What the lanes tell, which is asked about once a second. Once, before anything is told. */
  void lanes(Supplier<LaneCounts> counts) {
    lanes = new LaneMetrics(registry, counts);
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

  /** How lanes and partitions stand, about once a second. One thread. */
  void standings(List<PartitionState> states, List<Standing> standings) {
    LaneMetrics known = lanes;
    if (known != null) {
      known.refresh();
    }
    partitions.show(states, standings);
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
    appends.acknowledged(nanos);
  }

  void appendFailed(Exception cause) {
    appends.failed(cause);
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
