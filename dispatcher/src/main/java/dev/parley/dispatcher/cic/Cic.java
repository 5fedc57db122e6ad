package dev.parley.dispatcher.cic;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** CIC, as the dispatcher reaches it. Any thread. */
public final class Cic implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Cic.class);

  private final CicSettings settings;
  private final Credentials credentials;
  private final BooleanSupplier lease;
  private final HeldBytes held;
  private final Lanes lanes;
  private final Openings openings;
  private final DeafDevices<DeviceLink> deaf = new DeafDevices<>();
  private volatile boolean closed;
  private final HttpUrl root;
  private final EndpointProbe probe;
  private final Map<String, CompletableFuture<Boolean>> refreshing = new ConcurrentHashMap<>();
  private final LongAdder tokenRefreshes = new LongAdder();

  /**
   * Opens nothing yet.
   *
   * @param lease whether this process may still speak for its devices: without it no downchannel is
   *     opened again, or two dispatchers would close each other's for ever (C4)
   * @param held what all requests hold together
   * @throws IOException when the CA file can't be used
   */
  public Cic(CicSettings settings, Credentials credentials, BooleanSupplier lease, HeldBytes held)
      throws IOException {
    this.settings = settings;
    this.credentials = credentials;
    this.lease = lease;
    this.held = held;
    this.lanes = new Lanes(settings);
    this.openings = new Openings(settings.opensPerSecond());
    deaf.start(lanes::devices);
    this.root = HttpUrl.get(settings.url().toString());
    this.probe = new EndpointProbe(settings.url(), lanes::isAnyConnected);
  }

  /**
   * Joins a device to a lane and opens its downchannel, which stays open until the link is closed.
   *
   * @param pushed told what comes on the downchannel; while the device moves to another lane there
   *     are two of these for a moment, each with a thread of its own
   */
  public DeviceLink link(String device, AttachmentStore store, Receiver pushed) {
    return DeviceLink.open(this, device, store, pushed);
  }

  /** Why CIC can't be reached, or most devices have no downchannel; empty while all is well. */
  public Optional<String> trouble() {
    return probe.trouble().or(deaf::trouble);
  }

  /** How the lanes are, for metrics. */
  public LaneCounts lanes() {
    return lanes.counts(openings, tokenRefreshes.sum());
  }

  @Override
  public void close() {
    closed = true;
    probe.close();
    openings.close();
    deaf.close();
    lanes.close();
  }

  /** What all event requests hold because CIC has not taken it yet. */
  public HeldBytes held() {
    return held;
  }

  CicSettings settings() {
    return settings;
  }

  /** Whether nothing is to be opened any more. */
  boolean isClosed() {
    return closed;
  }

  boolean holdsLease() {
    return lease.getAsBoolean();
  }

  Lanes allLanes() {
    return lanes;
  }

  Openings openings() {
    return openings;
  }

  DeafDevices<DeviceLink> deaf() {
    return deaf;
  }

  /** What a device shows; empty when it is not known. */
  Optional<DeviceIdentity> identity(String device) {
    return credentials.of(device);
  }

  /** Whether the device has another token than this one. */
  boolean hasOther(String device, String token) {
    return identity(device).filter(identity -> !identity.token().equals(token)).isPresent();
  }

  /**
   * Whether the device has another token than the refused one. If not, a fresh one is asked for:
   * once, however many requests wait for it (C39).
   */
  boolean refreshed(String device, String refused) {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    if (hasOther(device, refused)) {
      return true;
    }
    CompletableFuture<Boolean> underWay = refreshing.putIfAbsent(device, mine);
    if (underWay != null) {
      return underWay.join();
    }
    boolean fresh = false;
    try {
      fresh = hasOther(device, refused) || refresh(device, refused);
    } finally {
      refreshing.remove(device);
      mine.complete(fresh);
    }
    return fresh;
  }

  private boolean refresh(String device, String refused) {
    tokenRefreshes.increment();
    try {
      return credentials.refreshed(device, refused).isPresent() && hasOther(device, refused);
    } catch (RuntimeException e) {
      log.error("device {}: no fresh token: {}", device, e.getClass().getName());
      return false;
    }
  }

  /** A request for this path with the headers that every request bears (C8 to C10). */
  Request.Builder request(DeviceIdentity identity, String path) {
    Request.Builder request =
        new Request.Builder()
            .url(root.newBuilder().addPathSegments(path).build())
            .header("Authorization", "Bearer " + identity.token())
            .header("User-Agent", identity.userAgent());
    identity.tags().ifPresent(tags -> request.header("X-Clova-Device-Tags", tags));
    return request;
  }
}
