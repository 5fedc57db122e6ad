package dev.parley.dispatcher.cic;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices that have no downchannel because it can't be opened, or does not stay open. The log
 * hears of them together: when the first is so, once a minute, and when the last is well. While
 * most are, that is a trouble. Any thread.
 */
final class DeafDevices<T> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeafDevices.class);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final long AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

  /** Moves and restarts of CIC's leave most devices without one for a moment. */
  private static final long TROUBLE_NANOS = Duration.ofSeconds(10).toNanos();

  /** What is new. */
  sealed interface News {
    /** So many have none now. */
    record Deaf(int devices, String last) implements News {}

    /** All have theirs, after so long. */
    record Over(Duration after) implements News {}
  }

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<T> deaf = new HashSet<>();

  /** Those of them with whom it lies. */
  private final Set<T> barred = new HashSet<>();

  private String last = "";
  private String lastOfCic = "";
  private boolean isSaid;
  private long sinceNanos;
  private long saidNanos;
  private boolean areMost;
  private long mostSinceNanos;
  private Optional<String> trouble = Optional.empty();

  /** Begins to look by itself; {@code devices}: how many there are, with those that are well. */
  void start(IntSupplier devices) {
    Thread.ofVirtual().name("deaf-devices").start(() -> run(devices));
  }

  private void run(IntSupplier devices) {
    try {
      while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        news(System.nanoTime()).ifPresent(DeafDevices::say);
        look(devices.getAsInt(), System.nanoTime());
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

  /**
   * Its downchannel could not be opened, or ended in disorder.
   *
   * @param why in a sentence
   * @param isItsOwn whether it lies with the device: it shows nothing, or what CIC refuses
   */
  synchronized void add(T device, String why, boolean isItsOwn) {
    deaf.add(device);
    last = why;
    if (isItsOwn) {
      barred.add(device);
    } else {
      barred.remove(device);
      lastOfCic = why;
    }
  }

  /** It has one now, or needs none any more. */
  synchronized void remove(T device) {
    deaf.remove(device);
    barred.remove(device);
  }

  /** Looks whether more than half of so many devices have none, but for those that show nothing. */
  synchronized void look(int all, long nowNanos) {
    int devices = all - barred.size();
    int mute = deaf.size() - barred.size();
    boolean most = mute > 0 && mute * 2 > devices;
    if (most && !areMost) {
      mostSinceNanos = nowNanos;
    }
    areMost = most;
    trouble =
        most && nowNanos - mostSinceNanos >= TROUBLE_NANOS
            ? Optional.of(
                "%d of %d devices have had no downchannel for %d s; the last, %s"
                    .formatted(
                        mute,
                        devices,
                        Duration.ofNanos(nowNanos - mostSinceNanos).toSeconds(),
                        lastOfCic))
            : Optional.empty();
  }

  /** That most devices have none, and why, as of the last look; empty while it is not so. */
  synchronized Optional<String> trouble() {
    return trouble;
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
