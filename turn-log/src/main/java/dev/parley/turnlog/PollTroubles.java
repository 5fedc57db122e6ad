package dev.parley.turnlog;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What polls have failed with. The poll thread's, but for {@link #last}. */
final class PollTroubles {
  private static final Logger log = LoggerFactory.getLogger(PollTroubles.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** After so long of polls that fail, and not for want of rights, a new process is the remedy. */
  private static final Duration MOST = Duration.ofMinutes(1);

  private final String topic;
  private volatile Optional<String> last = Optional.empty();
  private long sinceNanos;

  PollTroubles(String topic) {
    this.topic = topic;
  }

  /** Why the last poll has failed, as a sentence; empty when it has not. Any thread. */
  Optional<String> last() {
    return last;
  }

  /** A poll went well. */
  void passed() {
    last = Optional.empty();
    sinceNanos = 0;
  }

  /**
   * A poll has failed; waits a moment before the next.
   *
   * @throws KafkaException the same, when that has lasted for too long
   */
  void met(KafkaException e) {
    if (e instanceof AuthenticationException || e instanceof AuthorizationException) {
      // Whoever has changed that in Kafka can change it back: no reason to end.
      last = Optional.of("Kafka refuses " + topic + " to this process: " + e.getMessage());
    } else {
      long now = System.nanoTime();
      if (sinceNanos == 0) {
        sinceNanos = now;
        log.error("{} cannot be read: {}", topic, e.toString(), e);
      } else if (now - sinceNanos > MOST.toNanos()) {
        throw e;
      }
      last = Optional.of(topic + " cannot be read: " + e.getMessage());
    }
    LockSupport.parkNanos(PAUSE.toNanos());
  }
}
