package dev.parley.router;

import dev.parley.router.queue.Delivery;
import dev.parley.router.queue.Discard;
import dev.parley.router.queue.Message;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted of queues. */
final class RouterMetrics {
  private final MeterRegistry registry;

  /** Messages that wait for a device or its acknowledgement. Grows while devices are away. */
  final AtomicInteger queued;

  RouterMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.queued = registry.gauge("parley.router.queued", new AtomicInteger());
  }

  /** Messages handed to streams. */
  void sent(Delivery delivery) {
    String kind =
        switch (delivery.message()) {
          case Message.OfDirective m -> "directive";
          case Message.AttachmentKnown m -> "attachment";
          case Message.OfTurnClosed m -> "turn-closed";
        };
    registry.counter("parley.router.deliveries", "kind", kind).increment();
  }

  /**
   * Directives not delivered, by reason. {@code expired} means absent devices, {@code overflow}
   * devices that don't acknowledge, {@code unknown} a restart that forgot a dialog.
   */
  void discarded(Discard discard) {
    registry.counter("parley.router.discards", "reason", discard.reason().toString()).increment();
  }

  /** A dispatcher has broken its promise; anything but 0 is a bug. */
  void attemptsMixed() {
    registry.counter("parley.router.attempts.mixed").increment();
  }

  /** Records of the ledger that could not be used. Anything but 0 wants a look at the topic. */
  void deadLetter(String reason) {
    registry.counter("parley.router.dead.letters", "reason", reason).increment();
  }
}
