package dev.parley.dispatcher.cic;

import java.time.Duration;
import java.util.HashSet;
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
final class DeafDevices implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeafDevices.class);
  private static final long AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

  private static final Duration LOOK = Duration.ofMillis(500);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<DeviceLink> deaf = new HashSet<>();
  private String reason = "";
  private boolean isSaid;
  private long sinceNanos;
  private long saidNanos;

  DeafDevices() {
    Thread.ofVirtual().name("deaf-devices").start(this::run);
  }

  private void run() {
    try {
      while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        look(System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }

  /** Its downchannel could not be opened, or ended in disorder. */
  synchronized void add(DeviceLink link, String why) {
    deaf.add(link);
    reason = link.device() + ": " + why;
  }

  /** It has one now, or needs none any more. */
  synchronized void remove(DeviceLink link) {
    deaf.remove(link);
  }

  /** Says what there is to say. */
  private synchronized void look(long nowNanos) {
    if (deaf.isEmpty()) {
      if (isSaid) {
        isSaid = false;
        log.info(
            "all devices have their downchannels again, after {} s",
            Duration.ofNanos(nowNanos - sinceNanos).toSeconds());
      }
    } else if (!isSaid) {
      isSaid = true;
      sinceNanos = nowNanos;
      say(nowNanos);
    } else if (nowNanos - saidNanos >= AGAIN_NANOS) {
      say(nowNanos);
    }
  }

  private void say(long nowNanos) {
    saidNanos = nowNanos;
    log.warn("{} devices have no downchannel; the last of them, {}", deaf.size(), reason);
  }
}
