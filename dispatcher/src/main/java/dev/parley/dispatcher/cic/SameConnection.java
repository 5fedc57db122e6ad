package dev.parley.dispatcher.cic;

import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;

/**
 * Sees to it that a call travels on its lane's connection (C5), by a tag on its request. A client
 * may open a second connection unasked: when the first one has met an error, or has no stream left.
 */
final class SameConnection extends EventListener {
  /** A request's tag: the lane that it must travel on. */
  static final class Track {
    private final Lane lane;
    private volatile boolean strayed;

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
  }

  @Override
  public void connectionAcquired(Call call, Connection connection) {
    Track track = call.request().tag(Track.class);
    if (track != null && !track.lane.accept(connection)) {
      track.strayed = true;
      call.cancel();
    }
  }
}
