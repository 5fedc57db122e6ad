package dev.parley.dispatcher;

import dev.parley.protocol.record.DeviceRecord;
import dev.parley.protocol.record.RawRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which devices of a partition have a downchannel, whoever owns it: {@code parley.devices}. Who
 * takes it over opens theirs, so that they hear what CIC says unasked though they have not spoken
 * since. The partition's thread.
 */
final class DeviceMemory implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeviceMemory.class);

  /** That a device is in use is written so often at most. */
  static final long AGAIN_MILLIS = Duration.ofDays(1).toMillis();

  /** A device that was not in use for so long is forgotten. */
  static final long IDLE_MILLIS = Duration.ofDays(30).toMillis();

  /** So many are opened before the partition's thread does something else. */
  private static final int STEP = 50;

  private static final long LOOK_MILLIS = 500;

  private final int partition;
  private final DeviceLinks links;
  private final Predicate<String> isKnown;
  private final Supplier<Set<String>> leavers;
  private final BooleanSupplier holdsLease;
  private final Executor desk;
  private final InstantSource clock;
  private final DeviceLog written;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Deque<Map.Entry<String, Long>> toOpen = new ArrayDeque<>();

  /** Those that a leaver still speaks for, and those that there is no room for yet. */
  private final Deque<Map.Entry<String, Long>> withheld = new ArrayDeque<>();

  private final Deque<String> toForget = new ArrayDeque<>();
  private long nextLook;

  /**
   * Knows nothing yet.
   *
   * @param isKnown whether a device has credentials, without which it opens nothing
   * @param leavers devices whose turns a former owner is finishing, over downchannels of its own
   * @param holdsLease whether what is written here is not behind another owner's back
   * @param desk runs a task on the partition's thread
   */
  DeviceMemory(
      int partition,
      DeviceLinks links,
      Predicate<String> isKnown,
      Supplier<Set<String>> leavers,
      BooleanSupplier holdsLease,
      Executor desk,
      InstantSource clock,
      DeviceLog written) {
    this.partition = partition;
    this.links = links;
    this.isKnown = isKnown;
    this.leavers = leavers;
    this.holdsLease = holdsLease;
    this.desk = desk;
    this.clock = clock;
    this.written = written;
  }

  /**
   * Finds out which devices there are, and opens their downchannels.
   *
   * @param claimedMillis when the partition was claimed, by the broker's clock as their last use is
   */
  void recall(DeviceReader reader, long claimedMillis) {
    var _ = reader.read(partition, closed, known -> desk.execute(() -> take(known, claimedMillis)));
  }

  private void take(DeviceReader.Known known, long claimedMillis) {
    if (isClosed()) {
      return;
    }
    toForget.addAll(known.misplaced());
    // The newest first: they are the last to lose their links again.
    known
        .lastUse()
        .reversed()
        .forEach((device, lastUse) -> {
          if (claimedMillis - lastUse > IDLE_MILLIS) {
            toForget.add(device);
          } else if (isKnown.test(device)) {
            toOpen.add(Map.entry(device, lastUse));
          }
        });
    if (known.left() > 0) {
      log.warn(
          "partition {}: of its devices there is no room for {} or so", partition, known.left());
    }
    log.info(
        "partition {}: {} devices are to have downchannels, {} are forgotten",
        partition,
        toOpen.size(),
        toForget.size());
    step();
  }

  private void step() {
    if (isClosed()) {
      return;
    }
    open(toOpen);
    for (int i = 0; i < STEP && !toForget.isEmpty(); i++) {
      forget(toForget.remove());
    }
    if (!toOpen.isEmpty() || !toForget.isEmpty()) {
      desk.execute(this::step);
      return;
    }
    links.recalled();
    if (!withheld.isEmpty()) {
      log.info("partition {}: {} devices wait for theirs", partition, withheld.size());
    }
  }

  /** Unless it is in use again. */
  private void forget(String device) {
    if (!links.has(device) && holdsLease.getAsBoolean()) {
      written.append(RawRecord.tombstone(device), () -> {});
    }
  }

  /** Looks whether leavers are done, and whether there is room; the partition's tick. */
  void tick() {
    if (toOpen.isEmpty() && !withheld.isEmpty() && clock.millis() >= nextLook) {
      nextLook = clock.millis() + LOOK_MILLIS;
      open(withheld);
    }
  }

  private void open(Deque<Map.Entry<String, Long>> queue) {
    Set<String> leaving = leavers.get();
    for (int i = Math.min(STEP, queue.size()); i > 0; i--) {
      Map.Entry<String, Long> device = queue.remove();
      if (leaving.contains(device.getKey()) || !links.recall(device.getKey(), device.getValue())) {
        withheld.add(device);
      }
    }
  }

  /** A device is in use, so it is to be remembered. */
  void remember(String device) {
    if (isKnown.test(device)) {
      written.append(new DeviceRecord(device).toRaw(), () -> links.forgotten(device));
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  @Override
  public void close() {
    closed.countDown();
    written.close();
  }
}
