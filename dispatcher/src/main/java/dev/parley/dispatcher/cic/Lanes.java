package dev.parley.dispatcher.cic;

import dev.parley.dispatcher.cic.LaneCounts.Why;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All lanes: which devices live where, and when one is left. Any thread.
 *
 * <p>A {@link LaneWatch} looks at all lanes. A {@link DeviceLink} is called with no lock held here,
 * and holds none of its own when it calls.
 */
final class Lanes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lanes.class);

  /** So long may what still moves on a stalled connection go on. */
  private static final Duration STALLED_GRACE = Duration.ofSeconds(5);

  /**
   * Of the streams that CIC allows, a device may take three: its downchannel, an event, and one
   * that ends.
   */
  private static final int STREAMS_PER_DEVICE = 3;

  private final LaneClients clients;
  private final int setting;
  private final LaneWatch watch;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final SequencedSet<Lane> open = new LinkedHashSet<>();
  private final Set<Lane> leaving = new HashSet<>();
  private final Map<Why, Long> left = new EnumMap<>(Why.class);

  /** Lanes left that the log has not heard of. */
  private final Map<Why, Integer> news = new EnumMap<>(Why.class);

  private int most;
  private long strays;
  private long stuckResets;
  private boolean closed;

  Lanes(CicSettings settings) throws IOException {
    this.setting = settings.devicesPerLane();
    this.most = setting;
    this.clients = new LaneClients(settings);
    this.watch = new LaneWatch(this::look);
  }

  /** A place for a device, on another lane than {@code not}. It is a user of it until it exits. */
  Lane join(DeviceLink link, @Nullable Lane not) {
    lock.lock();
    try {
      Lane lane = null;
      if (most > 1) {
        for (Lane candidate : open) {
          if (candidate != not && candidate.devices.size() < most && !candidate.has(link)) {
            lane = candidate;
            break;
          }
        }
      }
      if (lane == null) {
        lane = new Lane(clients.next());
        open.add(lane);
      }
      lane.devices.add(link);
      lane.users++;
      lane.forgive();
      return lane;
    } finally {
      lock.unlock();
    }
  }

  /** A device lives here no longer; what it has running may go on. */
  void depart(Lane lane, DeviceLink link) {
    lock.lock();
    try {
      lane.devices.remove(link);
    } finally {
      lock.unlock();
    }
  }

  /** An event is about to use a lane; false when that is closed already. Then {@link #exit}. */
  boolean enter(Lane lane) {
    lock.lock();
    try {
      if (lane.users == 0) {
        return false;
      }
      lane.users++;
      lane.forgive();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** A downchannel or an event is done; the last one closes the connection. */
  void exit(Lane lane) {
    boolean last;
    lock.lock();
    try {
      lane.users--;
      last = lane.users == 0;
      if (last) {
        lane.leave();
        open.remove(lane);
        leaving.remove(lane);
      }
    } finally {
      lock.unlock();
    }
    if (last) {
      lane.cut();
    }
  }

  /**
   * Heeds how many streams CIC allows, if that is news: devices beyond a third of them move away.
   */
  void allowed(Lane lane) {
    int streams = lane.streamsAllowed();
    int now = Math.clamp(streams / STREAMS_PER_DEVICE, 1, setting);
    List<DeviceLink> here;
    lock.lock();
    try {
      if (streams == lane.allowed) {
        return;
      }
      lane.allowed = streams;
      most = now;
      here = List.copyOf(lane.devices);
      if (here.size() > now) {
        left.merge(Why.OVERFLOW, 1L, Long::sum);
      }
    } finally {
      lock.unlock();
    }
    if (here.size() > now) {
      log.warn(
          "CIC allows {} streams a connection: {} of {} devices leave one, {} may share one",
          streams,
          here.size() - now,
          here.size(),
          now);
      // Each is asked only once: what it would answer changes meanwhile.
      here.stream()
          .collect(Collectors.groupingBy(DeviceLink::worth, TreeMap::new, Collectors.toList()))
          .values()
          .stream()
          .flatMap(List::stream)
          .limit(here.size() - now)
          .forEach(link -> link.rehome(lane));
    }
  }

  /** A call of this device would have gone over a second connection. */
  void strayed(Lane lane, DeviceLink link) {
    boolean full;
    lock.lock();
    try {
      strays++;
      full = lane.isSound() && lane.users > lane.streamsAllowed();
      if (full && !lane.isLeft()) {
        left.merge(Why.OVERFLOW, 1L, Long::sum);
      }
      lane.forgive();
    } finally {
      lock.unlock();
    }
    if (full) {
      link.rehome(lane);
    } else if (!lane.isUsable()) {
      replaceUnsound(lane);
      // Whoever has been left here by mistake does not stay.
      link.rehome(lane);
    }
  }

  /** A stream of this device has failed on this lane; perhaps its connection has. */
  void failed(Lane lane, DeviceLink link, IOException cause) {
    ErrorCode code = cause instanceof StreamResetException reset ? reset.errorCode : null;
    if (lane.isSound()) {
      if (code != null) {
        reset(lane, link);
      }
    } else if (code == ErrorCode.PROTOCOL_ERROR) {
      // OkHttp ends streams with this code and no cause for one reason only.
      replace(lane, Why.PING);
    } else if (code == ErrorCode.REFUSED_STREAM) {
      replace(lane, Why.GOAWAY);
    } else {
      replace(lane, Why.BROKEN);
    }
  }

  private void reset(Lane lane, DeviceLink link) {
    judge(lane, link, Why.RESET, () -> lane.suspicion.reset(link, isAlone(lane)));
  }

  /** An event of this device was given up as stuck. */
  void stuck(Lane lane, DeviceLink link) {
    judge(
        lane,
        link,
        Why.STALLED,
        () -> {
          stuckResets++;
          return lane.suspicion.stuck(isAlone(lane));
        });
  }

  /**
   * An opening of this device came to no Hello in time, on a connection or before there was one.
   */
  void hung(Lane lane, DeviceLink link) {
    if (lane.isConnected()) {
      judge(lane, link, Why.HUNG, () -> lane.suspicion.hung(link, isAlone(lane)));
    }
  }

  private static boolean isAlone(Lane lane) {
    return lane.devices.size() < 2;
  }

  private void judge(Lane lane, DeviceLink link, Why why, Supplier<Suspicion.Verdict> judgement) {
    Suspicion.Verdict verdict;
    lock.lock();
    try {
      verdict = judgement.get();
      lane.forgive();
    } finally {
      lock.unlock();
    }
    switch (verdict) {
      case GO_ON -> {}
      case MOVE_DEVICE -> link.rehome(lane);
      case LEAVE -> replace(lane, why);
    }
  }

  /** CIC has said Hello to this device on this lane. */
  void greeted(Lane lane, DeviceLink link) {
    lock.lock();
    try {
      lane.suspicion.greeted(link);
    } finally {
      lock.unlock();
    }
  }

  /** That CIC has reset a stream of this lane is no fault of its connection. */
  void forgive(Lane lane) {
    lock.lock();
    try {
      lane.forgive();
    } finally {
      lock.unlock();
    }
  }

  /** An event of this lane has ended well. */
  void well(Lane lane) {
    lock.lock();
    try {
      lane.suspicion.well();
    } finally {
      lock.unlock();
    }
  }

  private void replaceUnsound(Lane lane) {
    replace(lane, lane.isClosed() ? Why.BROKEN : Why.GOAWAY);
  }

  private void replace(Lane lane, Why why) {
    List<DeviceLink> homeless;
    lock.lock();
    try {
      if (closed || lane.isLeft() || lane.users == 0) {
        return;
      }
      lane.leave();
      open.remove(lane);
      leaving.add(lane);
      left.merge(why, 1L, Long::sum);
      news.merge(why, 1, Integer::sum);
      homeless = List.copyOf(lane.devices);
    } finally {
      lock.unlock();
    }
    if (why == Why.STALLED) {
      // Threads may be held in a write to its socket that nothing else ends.
      CompletableFuture.delayedExecutor(
              STALLED_GRACE.toMillis(), TimeUnit.MILLISECONDS, Thread::startVirtualThread)
          .execute(lane::cut);
    }
    homeless.forEach(link -> link.rehome(lane));
  }

  /** Looks at lanes that nobody has complained of; the watch's thread. */
  void look() {
    List<Lane> looked;
    Map<Why, Integer> lately;
    lock.lock();
    try {
      looked = List.copyOf(open);
      lately = Map.copyOf(news);
      news.clear();
    } finally {
      lock.unlock();
    }
    // Together: when CIC goes away, thousands are left at once.
    lately.forEach((why, lanes) -> log.info("lanes left: {} ({})", lanes, why));
    looked.forEach(this::allowed);
    for (Lane lane : looked) {
      if (!lane.isSound()) {
        // Its streams tell why it broke, if it did.
        replaceUnsound(lane);
      }
    }
  }

  /** How many devices have a place. */
  int devices() {
    lock.lock();
    try {
      return open.stream().mapToInt(lane -> lane.devices.size()).sum();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a lane has a connection that is well. */
  boolean isAnyConnected() {
    lock.lock();
    try {
      return open.stream().anyMatch(lane -> lane.isConnected() && lane.isSound());
    } finally {
      lock.unlock();
    }
  }

  LaneCounts counts(Openings openings, long tokenRefreshes) {
    lock.lock();
    try {
      return new LaneCounts(
          open.size(),
          leaving.size(),
          open.stream().mapToInt(lane -> lane.devices.size()).sum(),
          most,
          openings.waiting(),
          Map.copyOf(left),
          openings.opens(),
          openings.reopens(),
          strays,
          tokenRefreshes,
          stuckResets);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    List<Lane> all = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      all.addAll(open);
      all.addAll(leaving);
      all.forEach(Lane::leave);
    } finally {
      lock.unlock();
    }
    all.forEach(Lane::cut);
    watch.close();
    clients.close();
  }
}
