package dev.parley.dispatcher.cic;

import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import org.jspecify.annotations.Nullable;

/**
 * Sees on which connection a call travels (C5), by a tag on its request. A client may open a second
 * connection unasked: when the first one has met an error, or has no stream left.
 */
@SuppressWarnings("ReferenceEquality") // A connection is itself and no other.
final class SameConnection extends EventListener {
  /** A request's tag: which connection it must travel on, and which one it got. */
  static final class Track {
    private final @Nullable Connection wanted;
    private volatile @Nullable Connection got;
    private volatile boolean strayed;

    private Track(@Nullable Connection wanted) {
      this.wanted = wanted;
    }

    /** Any connection will do: a downchannel's. */
    static Track any() {
      return new Track(null);
    }

    /** This connection or none: an event's. */
    static Track only(@Nullable Connection connection) {
      return new Track(connection);
    }

    /** Whether this is the connection it must travel on. */
    boolean wanted(@Nullable Connection connection) {
      return wanted == connection;
    }

    @Nullable Connection got() {
      return got;
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
    if (track == null) {
      return;
    }
    track.got = connection;
    if (track.wanted != null && track.wanted != connection) {
      track.strayed = true;
      call.cancel();
    }
  }
}
