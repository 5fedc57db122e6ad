package dev.parley.dispatcher;

import dev.parley.protocol.record.LedgerRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/** What a dispatcher counts. Any thread. */
final class DispatcherMetrics {
  private final MeterRegistry registry;
  private final Counter chunks;

  DispatcherMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.chunks =
        Counter.builder("parley.dispatcher.chunks.sent")
            .description("Chunks handed to event requests")
            .register(registry);
  }

  void chunkSent() {
    chunks.increment();
  }

  void replayed() {
    registry.counter("parley.dispatcher.chunks.replayed").increment();
  }

  void tookOver(Duration took) {
    registry.timer("parley.dispatcher.take.over").record(took);
  }

  void startedOver() {
    registry.counter("parley.dispatcher.started.over").increment();
  }

  void paused() {
    registry.counter("parley.dispatcher.fetch.paused").increment();
  }

  /** When failed or timed-out rises: the reason says which side to look at. */
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

  void passedOver(String reason) {
    registry.counter("parley.dispatcher.records.passed.over", "reason", reason).increment();
  }

  /** When it rises, look into parley.dead-letters: each record bears its reason and origin. */
  void setAside(String reason) {
    int colon = reason.indexOf(':');
    registry
        .counter(
            "parley.dispatcher.records.set.aside",
            "reason",
            colon < 0 ? reason : reason.substring(0, colon))
        .increment();
  }

  void ignoredPart() {
    registry.counter("parley.dispatcher.parts.ignored").increment();
  }
}
