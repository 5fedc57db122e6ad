package dev.parley.dispatcher.cic;

import java.net.SocketException;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a call travels on its lane's connection (C5), by a tag on its request. A client
 * may open a second connection unasked: when the first one has met an error, or has no stream left.
 */
final class SameConnection extends EventListener {
  private static final Logger log = LoggerFactory.getLogger(SameConnection.class);

  /** A request's tag: the lane that it must travel on. */
  static final class Track {
    private final Lane lane;
    private volatile boolean strayed;
    private volatile boolean sent;

    Track(Lane lane) {
      this.lane = lane;
    }

    /**
     * Whether it was about to travel on another connection, and was stopped before anything was
     * sent.
     */
    boolean strayed() {
      return strayed;
    }

    /** Whether the peer may know of it. */
    boolean isSent() {
      return sent;
    }
  }

  @Override
  public void connectionAcquired(Call call, Connection connection) {
    Track track = call.request().tag(Track.class);
    if (track != null && !track.lane.accept(connection)) {
      track.strayed = true;
      call.cancel();
    }
    sendAtOnce(connection);
  }

  @Override
  public void requestHeadersStart(Call call) {
    Track track = call.request().tag(Track.class);
    if (track != null) {
      track.sent = true;
    }
  }

  /**
   * Without this a chunk waits until the peer has acknowledged the one before, which it may put off
   * for 40 ms.
   */
  private static void sendAtOnce(Connection connection) {
    try {
      connection.socket().setTcpNoDelay(true);
    } catch (SocketException e) {
      log.debug("the connection is closed already: {}", e.getMessage());
    }
  }
}
