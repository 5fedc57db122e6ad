package dev.parley.cli.device;

import dev.parley.cli.command.CommandException;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A device's event stream for one dialog, kept open: a stream that breaks is opened again after the
 * last event. What comes twice is told once.
 */
final class DirectiveStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DirectiveStream.class);
  private static final Duration PATIENCE = Duration.ofSeconds(12);
  private static final long PAUSE_MILLIS = 250;

  /** Told on the stream's own thread, one after the other. */
  interface Listener {
    void event(DeviceEvent event);

    /** The stream is over and cannot be had again. */
    void lost(String why);
  }

  private final RouterClient router;
  private final String dialog;
  private final Listener listener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<String> messageIds = new LinkedHashSet<>();
  private volatile String cursor = "";
  private volatile InputStream current;

  private DirectiveStream(
      RouterClient router, String dialog, Listener listener, InputStream first) {
    this.router = router;
    this.dialog = dialog;
    this.listener = listener;
    this.current = first;
  }

  /**
   * Opens it; back when the router tells this stream of whatever happens from now on.
   *
   * @throws CommandException when no router can be had within some seconds
   */
  static DirectiveStream open(RouterClient router, String dialog, Listener listener)
      throws CommandException, InterruptedException {
    InputStream first = connect(router, dialog, "", new CountDownLatch(1));
    DirectiveStream stream = new DirectiveStream(router, dialog, listener, first);
    Thread.ofVirtual().name("directive-stream").start(stream::run);
    return stream;
  }

  private static InputStream connect(
      RouterClient router, String dialog, String after, CountDownLatch closed)
      throws CommandException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        Optional<InputStream> opened = router.open(dialog, after);
        if (opened.isPresent()) {
          return opened.get();
        }
      } catch (IOException e) {
        LOG.debug("the router's stream did not open", e);
      }
      if (System.nanoTime() - deadline > 0) {
        throw new CommandException(
            "no router owns this device's partition yet; try again in a moment, or look at the"
                + " router's /ready");
      }
      if (closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new CommandException("the stream was closed while it was opened");
      }
    }
  }

  private void run() {
    try {
      while (!isClosed()) {
        read(current);
        if (!isClosed()) {
          current = connect(router, dialog, cursor, closed);
        }
      }
    } catch (CommandException e) {
      if (!isClosed()) {
        listener.lost(String.valueOf(e.getMessage()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(InputStream stream) {
    ServerSentEvents events = new ServerSentEvents();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Optional<ServerSentEvents.Event> event = events.line(line);
        if (event.isPresent()) {
          take(event.get());
        }
      }
    } catch (IOException e) {
      if (!isClosed()) {
        LOG.debug("the router's stream broke; it is opened again", e);
      }
    }
  }

  private void take(ServerSentEvents.Event raw) {
    if (!raw.id().isEmpty()) {
      cursor = raw.id();
    }
    try {
      DeviceEvent event = DeviceEvent.of(raw);
      if (event instanceof DeviceEvent.Ended(String why) && why.equals("replaced")) {
        closed.countDown();
        listener.lost("another stream of this device has taken over");
      } else if (isNew(event)) {
        listener.event(event);
      }
    } catch (MalformedException e) {
      LOG.warn("an event of the router's cannot be read: {}", e.getMessage());
    }
  }

  private boolean isNew(DeviceEvent event) {
    if (!(event instanceof DeviceEvent.Received received)) {
      return true;
    }
    String id = received.directive().header().messageId();
    synchronized (messageIds) {
      return id.isEmpty() || messageIds.add(id);
    }
  }

  /** Tells the router that everything so far has been dealt with. */
  void acknowledge() throws IOException, CommandException, InterruptedException {
    ObjectNode what = Json.newObject();
    if (!cursor.isEmpty()) {
      what.put("cursor", Long.parseLong(cursor)).put("dialog", dialog);
    }
    ArrayNode ids = what.putArray("messageIds");
    synchronized (messageIds) {
      messageIds.forEach(ids::add);
    }
    router.acknowledge(what);
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      current.close();
    } catch (IOException e) {
      LOG.debug("closing the router's stream", e);
    }
  }
}
