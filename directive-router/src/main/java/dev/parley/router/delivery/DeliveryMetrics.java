package dev.parley.router.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted of streams and attachments. */
final class DeliveryMetrics {
  private final MeterRegistry registry;

  /** Streams open now. */
  final AtomicInteger streams;

  /** Attachments being read now. Near the reader limit, devices get 503: raise the limit. */
  final AtomicInteger reads;

  /** Bytes of attachments written to devices. */
  final Counter attachmentBytes;

  DeliveryMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.streams = registry.gauge("parley.router.streams", new AtomicInteger());
    this.reads = registry.gauge("parley.router.attachment.reads", new AtomicInteger());
    this.attachmentBytes = registry.counter("parley.router.attachment.bytes");
  }

  /**
   * Streams that we ended. {@code too-slow} means that a device does not read: look at its network.
   */
  void streamEnded(Outlet.End why) {
    registry.counter("parley.router.streams.ended", "why", why.toString()).increment();
  }
}
