package dev.parley.dispatcher.cic;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.multipart.MultipartReader;
import dev.parley.protocol.record.Ending.Known;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device's place at CIC: its lane and its downchannel, which a virtual thread of its own opens,
 * reads and opens again when it ends (C2, C4, C6). When the lane is left the device moves to
 * another: events that run go on where they are, new ones wait for Hello on the new lane, and the
 * old downchannel is read until CIC ends it, so that what CIC said last is not lost. Any thread.
 */
@SuppressWarnings("ReferenceEquality") // A lane or a stay is itself and no other.
public final class DeviceLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeviceLink.class);
  private static final long FIRST_BACKOFF_MILLIS = 250;
  private static final long MOST_BACKOFF_MILLIS = 30_000;

  /** Over so long are the moves of devices spread that have no open turn. */
  private static final long MOVE_JITTER_MILLIS = 1_000;

  /** CIC takes a client that opens downchannels in quick succession for a broken one (C4). */
  private static final long APART_MILLIS = 250;

  /** How long the old downchannel may still be read once the new one has said Hello. */
  private static final long OLD_GRACE_MILLIS = 1_000;

  /** What came of waiting for Hello. */
  sealed interface Hello {
    /** Events go over this lane. */
    record On(Lane lane) implements Hello {}

    record Missing(Fault fault) implements Hello {}
  }

  private final Cic cic;
  private final String device;
  private final AttachmentStore store;
  private final Receiver pushed;
  private final AtomicInteger openTurns = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final Set<Stay> stays = new HashSet<>();
  private @Nullable Stay stay;
  private boolean up;
  private boolean everUp;
  private boolean everOpened;
  private long openedNanos;
  private boolean retired;
  private boolean closed;
  private Optional<Fault> lastFault = Optional.empty();
  private String refusedToken = "";

  private DeviceLink(Cic cic, String device, AttachmentStore store, Receiver pushed) {
    this.cic = cic;
    this.device = device;
    this.store = store;
    this.pushed = pushed;
  }

  static DeviceLink open(Cic cic, String device, AttachmentStore store, Receiver pushed) {
    DeviceLink link = new DeviceLink(cic, device, store, pushed);
    link.rehome(null);
    return link;
  }

  /**
   * Opens an event request for a turn of this device. It waits for Hello by itself (C3).
   *
   * @param metadata the first part
   * @param listener told how it goes
   */
  public EventCall begin(
      TurnId turn, Attempt attempt, byte[] metadata, EventCall.Listener listener) {
    return EventCall.start(cic, this, store, turn, attempt, metadata, listener);
  }

  /**
   * The partition was given away: another dispatcher is about to open this device's downchannel.
   * Events that run go on and the downchannel is read until it ends, but it is not opened again, on
   * no lane, and events that have not begun yet are refused as {@code released}. Still to be
   * closed.
   */
  public void retire() {
    lock.lock();
    try {
      retired = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether no downchannel of it is read any more, or is to be opened. */
  public boolean isSilent() {
    lock.lock();
    try {
      return stays.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the downchannel; events that run on are their owner's to abort. Never waits for CIC. */
  @Override
  public void close() {
    Stay last;
    List<Stay> all;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      up = false;
      last = stay;
      all = List.copyOf(stays);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (last != null) {
      cic.allLanes().depart(last.lane, this);
    }
    all.forEach(Stay::cancel);
  }

  /** A turn wants this device's downchannel from now on. */
  void turnBegins() {
    Stay opening;
    openTurns.incrementAndGet();
    lock.lock();
    try {
      changed.signalAll();
      opening = up ? null : stay;
    } finally {
      lock.unlock();
    }
    if (opening != null) {
      cic.allLanes().hurry(opening);
    }
  }

  void turnEnds() {
    openTurns.decrementAndGet();
  }

  /** What it would cost to move it away: a downchannel more than a turn that waits for one. */
  int worth() {
    lock.lock();
    try {
      boolean opened = up || (stay != null && stay.call != null);
      return (opened ? 2 : 0) + (openTurns.get() > 0 ? 1 : 0);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the downchannel has said Hello; the fault that is in the way, if it does not. */
  Hello awaitHello(Duration limit) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = limit.toNanos();
      while (true) {
        if (closed || retired) {
          return new Hello.Missing(Fault.of(Known.RELEASED));
        }
        Stay here = stay;
        if (up && here != null) {
          return new Hello.On(here.lane);
        }
        if (lastFault.isPresent()
            && lastFault.get().isFinal()
            && !cic.hasOther(device, refusedToken)) {
          return new Hello.Missing(lastFault.get());
        }
        if (nanos <= 0) {
          return new Hello.Missing(
              lastFault.orElse(
                  new Fault(
                      Known.NO_HELLO,
                      "CIC opened the downchannel but said no Hello for "
                          + limit.toSeconds()
                          + " s")));
        }
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Opens the downchannel anew on this lane, because CIC does not see it there (C40). */
  void reopen(Lane lane) {
    Stay here;
    lock.lock();
    try {
      here = stay;
      if (!up || retired || here == null || here.lane != lane) {
        return;
      }
      up = false;
    } finally {
      lock.unlock();
    }
    here.cancel();
  }

  /** Opens the downchannel anew if it was opened with this token, which CIC now refuses (C39). */
  void reopenIfShown(Lane lane, String refused) {
    boolean old;
    lock.lock();
    try {
      old = stay != null && stay.shown.equals(refused);
    } finally {
      lock.unlock();
    }
    if (old) {
      reopen(lane);
    }
  }

  /** Moves to another lane, if it still lives on {@code from}. */
  void rehome(@Nullable Lane from) {
    Lane to = cic.allLanes().join(this, from);
    Stay next = new Stay(to, from != null);
    boolean moves;
    lock.lock();
    try {
      moves = !closed && !retired && from == (stay == null ? null : stay.lane);
      if (moves) {
        stay = next;
        stays.add(next);
        up = false;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (moves) {
      if (from != null) {
        cic.allLanes().depart(from, this);
      }
      Thread.ofVirtual().name("downchannel-" + device).start(next);
    } else {
      cic.allLanes().depart(to, this);
      cic.allLanes().exit(to);
    }
  }

  /** A device's time on one lane: opens its downchannel there, and again whenever it ends. */
  final class Stay implements Runnable {
    private final Lane lane;
    private final boolean moved;

    // Guarded by lock.
    private @Nullable Call call;
    private boolean mayOpen;
    private boolean hadHello;
    private String shown = "";

    private Stay(Lane lane, boolean moved) {
      this.lane = lane;
      this.moved = moved;
    }

    /** It is this device's turn. */
    void mayOpen() {
      lock.lock();
      try {
        mayOpen = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    private void cancel() {
      Call opened;
      lock.lock();
      try {
        opened = call;
      } finally {
        lock.unlock();
      }
      if (opened != null) {
        opened.cancel();
      }
    }

    @Override
    public void run() {
      try {
        live();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        log.error("downchannel of {} ends: {}", device, e.toString(), e);
        var _ = down(Optional.of(new Fault(Known.INTERNAL, "the downchannel's reader failed")));
      } finally {
        lock.lock();
        try {
          stays.remove(this);
        } finally {
          lock.unlock();
        }
        cic.allLanes().exit(lane);
      }
    }

    private void live() throws InterruptedException {
      if (moved) {
        pause(ThreadLocalRandom.current().nextLong(MOVE_JITTER_MILLIS), 0);
      }
      int failures = 0;
      boolean refreshed = false;
      while (isHere()) {
        if (lane.isLeft()) {
          rehome(lane);
          return;
        }
        if (!cic.holdsLease()) {
          backOff(1);
          continue;
        }
        long soon = millisUntilNext();
        if (soon > 0) {
          pause(soon, soon);
          continue;
        }
        if (!awaitLeave()) {
          return;
        }
        if (!cic.holdsLease()) {
          continue; // Lost while others went first.
        }
        Optional<DeviceIdentity> identity = cic.identity(device);
        Optional<Fault> fault =
            identity.isEmpty()
                ? Optional.of(Fault.of(Known.NO_CREDENTIALS))
                : openAndRead(identity.get(), lane.isFirst());
        String token = identity.map(DeviceIdentity::token).orElse("");
        if (fault.isPresent() && fault.get().isRefusedToken() && !refreshed && isHere()) {
          refreshed = cic.refreshed(device, token);
          if (refreshed) {
            continue;
          }
        }
        boolean had = down(fault, token);
        refreshed = refreshed && !had;
        failures = had ? 0 : failures + 1;
        if (failures > 0 && isHere()) {
          log.warn(
              "downchannel of {}: {}",
              device,
              fault.map(Fault::detail).orElse("CIC ended it before it said Hello"));
          backOff(failures);
        }
      }
    }

    /** Waits for leave to open; false when it is not wanted here any more. */
    private boolean awaitLeave() throws InterruptedException {
      cic.allLanes().ask(this, openTurns.get() > 0);
      boolean may;
      lock.lockInterruptibly();
      try {
        while (!mayOpen && isHere()) {
          changed.await();
        }
        may = isHere();
        mayOpen = false;
      } finally {
        lock.unlock();
      }
      if (!may) {
        cic.allLanes().forget(this);
      }
      return may;
    }

    private Optional<Fault> openAndRead(DeviceIdentity identity, boolean first)
        throws InterruptedException {
      boolean answered = false;
      SameConnection.Track track = new SameConnection.Track(lane);
      Request request =
          cic.request(identity, "v1/directives").tag(SameConnection.Track.class, track).build();
      Call opened = lane.client().newCall(request);
      try {
        if (!hold(opened, identity.token())) {
          return Optional.empty();
        }
        try (Response response = opened.execute()) {
          if (first) {
            // Before the others may open there: who has to move away has not begun yet.
            lane.awaitSettings();
            cic.allLanes().allowed(lane);
            answered = true;
            lane.answered();
          }
          return read(response);
        }
      } catch (IOException e) {
        if (track.strayed()) {
          cic.allLanes().strayed(lane, DeviceLink.this);
        } else {
          cic.allLanes().failed(lane, e);
        }
        return Optional.of(Fault.of(e));
      } catch (MalformedException e) {
        return Optional.of(new Fault(Known.UNREADABLE_DOWNCHANNEL, e.getMessage()));
      } finally {
        if (first && !answered) {
          lane.notAnswered();
        }
      }
    }

    private Optional<Fault> read(Response response) throws IOException, MalformedException {
      if (response.protocol() == Protocol.HTTP_1_1) {
        return Optional.of(Fault.of(Known.NOT_HTTP2));
      }
      if (response.code() != 200) {
        return Optional.of(Fault.refused(response.code()));
      }
      String type = response.header("Content-Type");
      new StreamReader(device, device, store, new HelloFirst(this))
          .readAll(
              response.body(),
              MultipartReader.boundaryOf(type == null ? "" : type),
              MultipartReader.Limits.DOWNCHANNEL);
      return Optional.empty();
    }

    /** Whether this is where the device is to have its downchannel. */
    private boolean isHere() {
      lock.lock();
      try {
        return !closed && !retired && stay == this;
      } finally {
        lock.unlock();
      }
    }

    /** How long it is until the device may open a downchannel again. */
    private long millisUntilNext() {
      lock.lock();
      try {
        return everOpened
            ? APART_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - openedNanos)
            : 0;
      } finally {
        lock.unlock();
      }
    }

    private boolean hold(Call opened, String token) {
      boolean again;
      lock.lock();
      try {
        if (!isHere()) {
          return false;
        }
        call = opened;
        shown = token;
        openedNanos = System.nanoTime();
        everOpened = true;
        again = everUp;
      } finally {
        lock.unlock();
      }
      cic.allLanes().opening(again);
      return true;
    }

    private void up() {
      List<Stay> old;
      lock.lock();
      try {
        hadHello = true;
        if (closed || stay != this) {
          return;
        }
        up = true;
        everUp = true;
        lastFault = Optional.empty();
        changed.signalAll();
        old = stays.stream().filter(other -> other != this).toList();
      } finally {
        lock.unlock();
      }
      if (!old.isEmpty()) {
        // CIC ends them by itself (C4), unless it does not hear us there any more.
        CompletableFuture.delayedExecutor(
                OLD_GRACE_MILLIS, TimeUnit.MILLISECONDS, Thread::startVirtualThread)
            .execute(() -> old.forEach(Stay::cancel));
      }
    }

    private boolean down(Optional<Fault> fault) {
      return down(fault, "");
    }

    /** Whether it had said Hello. */
    private boolean down(Optional<Fault> fault, String token) {
      lock.lock();
      try {
        boolean had = hadHello;
        hadHello = false;
        if (stay == this) {
          up = false;
          lastFault = fault;
          refusedToken = token;
          changed.signalAll();
        }
        return had;
      } finally {
        lock.unlock();
      }
    }

    /** Waits with jitter, longer each time; at most a second while a turn is open. */
    private void backOff(int failures) throws InterruptedException {
      long most = Math.min(MOST_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(failures - 1, 7));
      long millis = ThreadLocalRandom.current().nextLong(most / 2, most + 1);
      pause(millis, Math.min(millis, 1_000));
    }

    private void pause(long millis, long millisWithOpenTurns) throws InterruptedException {
      lock.lockInterruptibly();
      try {
        long began = System.nanoTime();
        while (isHere()) {
          long wanted = openTurns.get() > 0 ? millisWithOpenTurns : millis;
          long left = TimeUnit.MILLISECONDS.toNanos(wanted) - (System.nanoTime() - began);
          if (left <= 0) {
            return;
          }
          var _ = changed.awaitNanos(left);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Keeps Hello to itself and lets all else pass. */
  private final class HelloFirst implements Receiver {
    private final Stay at;

    HelloFirst(Stay at) {
      this.at = at;
    }

    @Override
    public void directive(Directive directive) {
      if (directive instanceof Directive.Hello) {
        at.up();
      } else {
        pushed.directive(directive);
      }
    }

    @Override
    public void attachmentBegun(
        String attachment, String contentId, String contentType, long offset) {
      pushed.attachmentBegun(attachment, contentId, contentType, offset);
    }

    @Override
    public void attachmentEnded(String attachment, long length, String sha256, boolean whole) {
      pushed.attachmentEnded(attachment, length, sha256, whole);
    }

    @Override
    public void ignored(String reason) {
      pushed.ignored(reason);
    }
  }
}
