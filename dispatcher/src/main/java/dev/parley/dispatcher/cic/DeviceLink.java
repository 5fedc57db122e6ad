package dev.parley.dispatcher.cic;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.multipart.MultipartReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device's place at CIC: its lane and its downchannel, which a virtual thread of its own opens,
 * reads and opens again when it ends (C2, C4, C6). Any thread.
 */
public final class DeviceLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeviceLink.class);
  private static final long FIRST_BACKOFF_MILLIS = 250;
  private static final long MOST_BACKOFF_MILLIS = 30_000;

  private final Cic cic;
  private final String device;
  private final AttachmentStore store;
  private final Receiver pushed;
  private final Lanes.Lane lane;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;

  // Guarded by lock.
  private boolean up;
  private boolean wasUp;
  private boolean closed;
  private int waiting;
  private Optional<Fault> lastFault = Optional.empty();
  private @Nullable Call call;
  private @Nullable Connection connection;

  DeviceLink(Cic cic, String device, AttachmentStore store, Receiver pushed) {
    this.cic = cic;
    this.device = device;
    this.store = store;
    this.pushed = pushed;
    this.lane = cic.lanes().join();
    this.thread = Thread.ofVirtual().name("downchannel-" + device).start(this::run);
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

  Lanes.Lane lane() {
    return lane;
  }

  /** Waits until the downchannel has said Hello; the fault that is in the way, if it does not. */
  Optional<Fault> awaitHello(Duration limit) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      waiting++;
      changed.signalAll();
      long nanos = limit.toNanos();
      while (!up) {
        if (closed) {
          return Optional.of(
              Fault.failed("released", "the partition was given to another dispatcher"));
        }
        if (lastFault.isPresent() && lastFault.get().isFinal()) {
          return lastFault;
        }
        if (nanos <= 0) {
          return Optional.of(
              lastFault.orElse(
                  Fault.failed(
                      "no-hello",
                      "CIC opened the downchannel but said no Hello for "
                          + limit.toSeconds()
                          + " s")));
        }
        nanos = changed.awaitNanos(nanos);
      }
      return Optional.empty();
    } finally {
      waiting--;
      lock.unlock();
    }
  }

  /** Where an event must travel: the connection of the downchannel that is up (C5). */
  SameConnection.Track track() {
    lock.lock();
    try {
      return SameConnection.Track.only(connection);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens the downchannel anew, because events would travel on another connection than {@code
   * stale}.
   */
  void reopen(SameConnection.Track stale) {
    lock.lock();
    try {
      if (up && stale.wanted(connection) && call != null) {
        up = false;
        wasUp = true;
        call.cancel();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      changed.signalAll();
      if (call != null) {
        call.cancel();
      }
    } finally {
      lock.unlock();
    }
    thread.interrupt();
    cic.lanes().leave(lane);
  }

  private void run() {
    int failures = 0;
    try {
      while (!isClosed()) {
        if (!cic.holdsLease()) {
          backOff(1);
          continue;
        }
        Optional<Fault> fault = openAndRead();
        boolean hadHello = down(fault);
        failures = hadHello ? 0 : failures + 1;
        if (isClosed()) {
          return;
        }
        if (failures > 0) {
          log.warn(
              "downchannel of {}: {}",
              device,
              fault.map(Fault::detail).orElse("CIC ended it before it said Hello"));
          backOff(failures);
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    } catch (RuntimeException e) {
      log.error("downchannel of {} ends: {}", device, e.toString(), e);
      down(Optional.of(Fault.failed("internal", "the downchannel's reader failed")));
    }
  }

  private Optional<Fault> openAndRead() {
    Optional<Request.Builder> request = cic.request(device, "v1/directives");
    if (request.isEmpty()) {
      return Optional.of(
          Fault.failed("no-credentials", "no credentials are configured for this device"));
    }
    SameConnection.Track track = SameConnection.Track.any();
    Call opened =
        lane.client().newCall(request.get().get().tag(SameConnection.Track.class, track).build());
    if (!hold(opened)) {
      return Optional.empty();
    }
    try (Response response = opened.execute()) {
      if (response.protocol() == Protocol.HTTP_1_1) {
        return Optional.of(
            Fault.failed("not-http2", "CIC must speak HTTP/2 and answered with HTTP/1.1"));
      }
      if (response.code() != 200) {
        return Optional.of(Fault.refused(response.code()));
      }
      String type = response.header("Content-Type");
      new StreamReader(device, device, store, new HelloFirst(track))
          .readAll(
              response.body(),
              MultipartReader.boundaryOf(type == null ? "" : type),
              MultipartReader.Limits.DOWNCHANNEL);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(Fault.of(e));
    } catch (MalformedException e) {
      return Optional.of(Fault.failed("unreadable-downchannel", e.getMessage()));
    }
  }

  private boolean hold(Call opened) {
    lock.lock();
    try {
      call = opened;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void up(SameConnection.Track track) {
    lock.lock();
    try {
      up = true;
      connection = track.got();
      lastFault = Optional.empty();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean down(Optional<Fault> fault) {
    lock.lock();
    try {
      boolean had = up || wasUp;
      up = false;
      wasUp = false;
      lastFault = fault;
      changed.signalAll();
      return had;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits with jitter, longer each time; at most a second while a turn waits for the downchannel.
   */
  private void backOff(int failures) throws InterruptedException {
    long most = Math.min(MOST_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(failures - 1, 7));
    long millis = ThreadLocalRandom.current().nextLong(most / 2, most + 1);
    lock.lockInterruptibly();
    try {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      long soonest = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(millis, 1_000));
      while (!closed) {
        long left = (waiting > 0 ? Math.min(soonest, end) : end) - System.nanoTime();
        if (left <= 0) {
          return;
        }
        var _ = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Keeps Hello to itself and lets all else pass. */
  private final class HelloFirst implements Receiver {
    private final SameConnection.Track track;

    HelloFirst(SameConnection.Track track) {
      this.track = track;
    }

    @Override
    public void directive(Directive directive) {
      if (directive instanceof Directive.Hello) {
        up(track);
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
