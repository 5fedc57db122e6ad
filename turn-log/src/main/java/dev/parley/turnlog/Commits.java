package dev.parley.turnlog;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits, and the lease that rests on them: whether Kafka has lately said that the partitions are
 * ours. A commit that was sent within half the session time-out is acknowledged, or partitions were
 * assigned: who has been cut off can't know that another has taken over. The poll thread's, but for
 * what says otherwise.
 */
final class Commits {
  private static final Logger log = LoggerFactory.getLogger(Commits.class);
  private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LEASE_NANOS = Duration.ofSeconds(3).toNanos();

  private final Consumer<byte[], byte[]> consumer;
  private final LongSupplier nanos;
  private volatile long leaseNanos;
  private volatile boolean everAcknowledged;
  private long sentNanos;

  /** {@code nanos}: a clock that never steps back; any thread. */
  Commits(Consumer<byte[], byte[]> consumer, LongSupplier nanos) {
    this.consumer = consumer;
    this.nanos = nanos;
    this.leaseNanos = nanos.getAsLong();
    this.sentNanos = leaseNanos;
  }

  /** Any thread. */
  boolean holdLease() {
    return nanos.getAsLong() - leaseNanos < LEASE_NANOS;
  }

  /** Whether some were acknowledged once, and none for so long. Any thread. */
  boolean areSilentFor(Duration time) {
    return everAcknowledged && nanos.getAsLong() - leaseNanos > time.toNanos();
  }

  /** The group has just said that partitions are ours; whoever takes over asks for it at once. */
  void assigned() {
    leaseNanos = nanos.getAsLong();
  }

  boolean areDue() {
    return nanos.getAsLong() - sentNanos >= EVERY_NANOS;
  }

  /** Sends them; also when nothing has changed, for the answer is what the lease rests on. */
  void send(Map<TopicPartition, OffsetAndMetadata> offsets) {
    long now = nanos.getAsLong();
    sentNanos = now;
    if (offsets.isEmpty()) {
      return;
    }
    consumer.commitAsync(
        offsets,
        (done, exception) -> {
          if (exception == null) {
            leaseNanos = now;
            everAcknowledged = true;
          } else {
            // While Kafka is away each one fails; the loop's trouble says so when that lasts.
            log.debug("commit failed: {}", exception.getMessage());
          }
        });
  }

  /**
   * Sends the last ones of partitions that are given away, and waits for the answer.
   *
   * @param within for all tries together
   */
  void sendLast(Map<TopicPartition, OffsetAndMetadata> offsets, Duration within) {
    long deadline = nanos.getAsLong() + within.toNanos();
    for (int tries = 0; !offsets.isEmpty() && tries < 2; tries++) {
      try {
        consumer.commitSync(offsets, Duration.ofNanos(Math.max(0, deadline - nanos.getAsLong())));
        return;
      } catch (WakeupException e) {
        // A wake-up that came late: once more.
      } catch (KafkaException e) {
        log.warn("the last commit failed; its turns are taken over again: {}", e.getMessage());
        return;
      }
    }
  }
}
