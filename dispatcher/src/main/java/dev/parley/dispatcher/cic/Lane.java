package dev.parley.dispatcher.cic;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.Connection;
import okhttp3.OkHttpClient;
import okhttp3.internal.connection.RealConnection;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection to CIC: a client with a pool of its own, and the first connection that the
 * pool makes. A lane lives no longer than this connection: once that can carry no new stream the
 * lane is left, what runs on it may come to its end there, and with the last user it is closed.
 *
 * <p>Any thread; what {@link Lanes} guards is named so. This class alone looks into OkHttp's own
 * connection, which says what the public one does not: whether it has had GOAWAY, and how many
 * streams CIC allows.
 */
@SuppressWarnings("ReferenceEquality") // A connection is itself and no other.
final class Lane {
  /**
   * OkHttp's figure until it has worked CIC's settings in, and after that if they limit nothing.
   */
  private static final int NOT_SAID = Integer.MAX_VALUE;

  private static final long SETTINGS_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final OkHttpClient client;
  private final Semaphore door = new Semaphore(1);
  private volatile @Nullable RealConnection connection;
  private volatile boolean answered;
  private volatile boolean left;

  /** Whether this device lives here already, for a claim that has ended; guarded as they are. */
  boolean has(DeviceLink link) {
    return devices.stream().anyMatch(other -> other.device().equals(link.device()));
  }

  /** Who lives here; guarded by {@link Lanes}. */
  final Set<DeviceLink> devices = new LinkedHashSet<>();

  /** Downchannels and events that may have a stream here; guarded by {@link Lanes}. */
  int users;

  /**
   * How many streams CIC has said that it allows, as far as is heeded; guarded by {@link Lanes}.
   */
  int allowed = NOT_SAID;

  /** What speaks against it; guarded by {@link Lanes}. */
  final Suspicion suspicion = new Suspicion();

  Lane(OkHttpClient client) {
    this.client = client;
  }

  OkHttpClient client() {
    return client;
  }

  /**
   * Whether the caller is to make the connection, for which the others wait here: they would open
   * several at once, or more streams on one than CIC's settings, still on their way, allow. Who
   * gets true calls {@link #answered} or {@link #notAnswered}.
   */
  boolean isFirst() throws InterruptedException {
    if (answered) {
      return false;
    }
    door.acquire();
    if (answered) {
      door.release();
      return false;
    }
    return true;
  }

  /** How many streams CIC allows on this connection, as far as OkHttp knows by now. */
  int streamsAllowed() {
    RealConnection made = connection;
    return made == null ? NOT_SAID : made.getAllocationLimit$okhttp();
  }

  /**
   * Waits a little, after CIC's first answer, for what its settings say. They came before the
   * answer, but OkHttp works them in on a thread of its own and tells nobody when.
   */
  void awaitSettings() throws InterruptedException {
    long until = System.nanoTime() + SETTINGS_NANOS;
    while (streamsAllowed() == NOT_SAID && System.nanoTime() - until < 0) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /** CIC has answered, so its settings are known and the others may come. */
  void answered() {
    answered = true;
    door.release();
  }

  /** Another may try. */
  void notAnswered() {
    door.release();
  }

  /** Whether a stream may be opened on this connection: it is the lane's only one (C5). */
  synchronized boolean accept(Connection offered) {
    if (connection == null) {
      connection = (RealConnection) offered;
    }
    if (connection == offered) {
      return true;
    }
    ((RealConnection) offered).noNewExchanges();
    return false;
  }

  /** Whether its connection is up and CIC takes streams there; true before it is made. */
  boolean isSound() {
    RealConnection made = connection;
    return made == null || made.isHealthy(false);
  }

  /** Whether OkHttp opens streams there too, unless it is full; true before it is made. */
  boolean isUsable() {
    RealConnection made = connection;
    return made == null || (!made.getNoNewExchanges() && made.isHealthy(false));
  }

  /** Whether it has a connection. */
  boolean isConnected() {
    return connection != null;
  }

  /**
   * OkHttp opens no stream where one was reset; from now on it does. Guarded by {@link Lanes}, as
   * {@link #leave} is: whoever has left is not brought back.
   */
  void forgive() {
    RealConnection made = connection;
    if (made != null && !left && made.isHealthy(false)) {
      made.setNoNewExchanges(false);
    }
  }

  /** Whether its connection has been closed on this side. */
  boolean isClosed() {
    RealConnection made = connection;
    return made != null && made.socket().isClosed();
  }

  boolean isLeft() {
    return left;
  }

  /** No new stream is opened here; guarded by {@link Lanes}. */
  void leave() {
    left = true;
    RealConnection made = connection;
    if (made != null) {
      made.noNewExchanges();
    }
  }

  /** Closes the connection, with whatever runs there. Never waits for the peer. */
  void cut() {
    RealConnection made = connection;
    if (made != null) {
      made.cancel();
    }
    client.connectionPool().evictAll();
  }
}
