package dev.parley.dispatcher;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/**
 * Appends to the ledger: how many, how long they take, and which errors they end with. Any thread.
 */
final class AppendMetrics {
  private static final String SENT = "messaging.client.sent.messages";

  private final MeterRegistry registry;
  private final Tags tags;
  private final Counter appended;
  private final Timer duration;

  AppendMetrics(MeterRegistry registry, Tags ledger) {
    this.registry = registry;
    this.tags = ledger.and("messaging.operation.name", "send");
    this.appended =
        Counter.builder(SENT)
            .description("Records appended to the ledger")
            .tags(tags.and("error.type", "none"))
            .register(registry);
    this.duration =
        Timer.builder("messaging.client.operation.duration")
            .description("From the decision to append to the ledger until it is acknowledged")
            .tags(tags)
            .publishPercentiles(0.5, 0.99)
            .register(registry);
  }

  void acknowledged(long nanos) {
    appended.increment();
    duration.record(nanos, TimeUnit.NANOSECONDS);
  }

  void failed(Exception cause) {
    registry.counter(SENT, tags.and("error.type", cause.getClass().getSimpleName())).increment();
  }
}
