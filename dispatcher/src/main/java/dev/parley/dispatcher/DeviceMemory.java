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
  private final Supplier<Set<String>> leavers;
  private final Executor desk;
  private final InstantSource clock;
  private final DeviceLog written;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Deque<Map.Entry<String, Long>> toOpen = new ArrayDeque<>();

  /** Those that a leaver still speaks for. */
  private final Deque<Map.Entry<String, Long>> withheld = new ArrayDeque<>();

  private long nextLook;

  /**
   * Knows nothing yet.
   *
   * @param leavers devices whose turns a former owner is finishing, over downchannels of its own
   * @param desk runs a task on the partition's thread
   */
  DeviceMemory(
      int partition,
      DeviceLinks links,
      Supplier<Set<String>> leavers,
      Executor desk,
      InstantSource clock,
      DeviceLog written) {
    this.partition = partition;
    this.links = links;
    this.leavers = leavers;
    this.desk = desk;
    this.clock = clock;
    this.written = written;
  }

  /** Finds out which devices there are, and opens their downchannels. */
  void recall(DeviceReader reader) {
    reader.read(partition, closed, known -> desk.execute(() -> take(known)));
  }

  private void take(DeviceReader.Known known) {
    if (isClosed()) {
      return;
    }
    int idle = 0;
    for (Map.Entry<String, Long> device : known.lastUse().entrySet()) {
      if (clock.millis() - device.getValue() > IDLE_MILLIS && !links.has(device.getKey())) {
        idle++;
        written.append(RawRecord.tombstone(device.getKey()), () -> {});
      } else {
        toOpen.add(device);
      }
    }
    if (known.left() > 0) {
      log.warn(
          "partition {}: of its devices there is no room for {} or so", partition, known.left());
    }
    log.info(
        "partition {}: {} devices are to have downchannels, {} were idle for too long",
        partition,
        toOpen.size(),
        idle);
    step();
  }

  private void step() {
    if (isClosed()) {
      return;
    }
    open(toOpen, STEP);
    if (toOpen.isEmpty()) {
      links.recalled();
    } else {
      desk.execute(this::step);
    }
  }

  /** Looks whether leavers are done; the partition's tick. */
  void tick() {
    if (!withheld.isEmpty() && clock.millis() >= nextLook) {
      nextLook = clock.millis() + LOOK_MILLIS;
      open(withheld, withheld.size());
    }
  }

  private void open(Deque<Map.Entry<String, Long>> queue, int most) {
    Set<String> leaving = leavers.get();
    for (int i = 0; i < most && !queue.isEmpty(); i++) {
      Map.Entry<String, Long> device = queue.remove();
      if (leaving.contains(device.getKey())) {
        withheld.add(device);
      } else {
        links.recall(device.getKey(), device.getValue());
      }
    }
  }

  /** A device is in use, so it is to be remembered. */
  void remember(String device) {
    written.append(new DeviceRecord(device).toRaw(), () -> links.forgotten(device));
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
