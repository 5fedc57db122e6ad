package dev.parley.turnlog;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Ends a poll that is under way, and nothing else: a wake-up that comes at another time would break
 * the commit that follows. Any thread.
 */
final class WakeUp {
  private final Consumer<?, ?> consumer;
  private final AtomicBoolean polling = new AtomicBoolean();

  WakeUp(Consumer<?, ?> consumer) {
    this.consumer = consumer;
  }

  /** The poll thread is about to poll, or does so no more. */
  void polls(boolean now) {
    polling.set(now);
  }

  /** Ends the poll, once. */
  void wake() {
    if (polling.compareAndSet(true, false)) {
      consumer.wakeup();
    }
  }
}
