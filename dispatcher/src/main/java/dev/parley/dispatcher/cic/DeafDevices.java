package dev.parley.dispatcher.cic;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices that have no downchannel because it can't be opened, or does not stay open. The log
 * hears of them together: when the first is so, once a minute, and when the last is well. Any
 * thread.
 */
final class DeafDevices<T> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeafDevices.class);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final long AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

  /** What is new. */
  sealed interface News {
    /** So many have none now. */
    record Deaf(int devices, String last) implements News {}

    /** All have theirs, after so long. */
    record Over(Duration after) implements News {}
  }

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<T> deaf = new HashSet<>();
  private String last = "";
  private boolean isSaid;
  private long sinceNanos;
  private long saidNanos;

  /** Begins to look by itself. */
  void start() {
    Thread.ofVirtual().name("deaf-devices").start(this::run);
  }

  private void run() {
    try {
      while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        news(System.nanoTime()).ifPresent(DeafDevices::say);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void say(News news) {
    switch (news) {
      case News.Deaf now ->
          log.warn("{} devices have no downchannel; the last, {}", now.devices(), now.last());
      case News.Over over ->
          log.info(
              "all devices have their downchannels again, after {} s", over.after().toSeconds());
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }

  /** Its downchannel could not be opened, or ended in disorder: why, in a sentence. */
  synchronized void add(T device, String why) {
    deaf.add(device);
    last = why;
  }

  /** It has one now, or needs none any more. */
  synchronized void remove(T device) {
    deaf.remove(device);
  }

  /** What there is to say at this time. */
  synchronized Optional<News> news(long nowNanos) {
    if (deaf.isEmpty()) {
      boolean ends = isSaid;
      isSaid = false;
      return ends
          ? Optional.of(new News.Over(Duration.ofNanos(nowNanos - sinceNanos)))
          : Optional.empty();
    }
    if (isSaid && nowNanos - saidNanos < AGAIN_NANOS) {
      return Optional.empty();
    }
    if (!isSaid) {
      isSaid = true;
      sinceNanos = nowNanos;
    }
    saidNanos = nowNanos;
    return Optional.of(new News.Deaf(deaf.size(), last));
  }
}
