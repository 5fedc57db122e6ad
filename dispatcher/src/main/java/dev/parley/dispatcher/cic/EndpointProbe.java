package dev.parley.dispatcher.cic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Looks every few seconds whether CIC takes connections, unless a device has one: so that a
 * dispatcher without a single device knows it too. It says nothing there and needs no token.
 */
final class EndpointProbe implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration CONNECT = Duration.ofSeconds(3);

  private final URI url;
  private final BooleanSupplier isProven;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Optional<String> trouble = Optional.of("CIC has not been tried yet");

  /** {@code isProven}: whether somebody has a connection that is well. */
  EndpointProbe(URI url, BooleanSupplier isProven) {
    this.url = url;
    this.isProven = isProven;
    Thread.ofVirtual().name("endpoint-probe").start(this::run);
  }

  /** Why CIC can't be reached; empty when it can. */
  Optional<String> trouble() {
    return trouble;
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void run() {
    try {
      do {
        trouble = isProven.getAsBoolean() ? Optional.empty() : look();
      } while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<String> look() {
    int port = url.getPort() >= 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
    InetSocketAddress address = new InetSocketAddress(url.getHost(), port);
    if (address.isUnresolved()) {
      return Optional.of("the name of CIC's host, " + url.getHost() + ", is not known");
    }
    try (Socket socket = new Socket()) {
      socket.connect(address, Math.toIntExact(CONNECT.toMillis()));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("CIC at " + url + " does not take connections: " + e.getMessage());
    }
  }
}
