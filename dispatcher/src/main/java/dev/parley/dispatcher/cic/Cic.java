package dev.parley.dispatcher.cic;

import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import okhttp3.HttpUrl;
import okhttp3.Request;

/** CIC, as the dispatcher reaches it. Any thread. */
public final class Cic implements AutoCloseable {
  private final CicSettings settings;
  private final Credentials credentials;
  private final BooleanSupplier lease;
  private final HeldBytes held;
  private final Lanes lanes;
  private final HttpUrl root;
  private final EndpointProbe probe;

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
    this.root = HttpUrl.get(settings.url().toString());
    this.probe = new EndpointProbe(settings.url());
  }

  /**
   * Joins a device to a lane and opens its downchannel, which stays open until the link is closed.
   *
   * @param pushed told what comes on the downchannel
   */
  public DeviceLink link(String device, AttachmentStore store, Receiver pushed) {
    return new DeviceLink(this, device, store, pushed);
  }

  /** Why CIC can't be reached; empty while it can. */
  public Optional<String> trouble() {
    return probe.trouble();
  }

  @Override
  public void close() {
    probe.close();
    lanes.close();
  }

  /** What all event requests hold because CIC has not taken it yet. */
  public HeldBytes held() {
    return held;
  }

  CicSettings settings() {
    return settings;
  }

  boolean holdsLease() {
    return lease.getAsBoolean();
  }

  Lanes lanes() {
    return lanes;
  }

  /** A request for this path with the headers that every request bears (C8 to C10). */
  Optional<Request.Builder> request(String device, String path) {
    return credentials
        .of(device)
        .map(identity -> {
          Request.Builder request =
              new Request.Builder()
                  .url(root.newBuilder().addPathSegments(path).build())
                  .header("Authorization", "Bearer " + identity.token())
                  .header("User-Agent", identity.userAgent());
          identity.tags().ifPresent(tags -> request.header("X-Clova-Device-Tags", tags));
          return request;
        });
  }
}
