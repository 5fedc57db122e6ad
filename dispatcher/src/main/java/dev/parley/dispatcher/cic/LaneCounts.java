package dev.parley.dispatcher.cic;

import java.util.Map;

/**
 * How the lanes are now, and what has happened on them since the start.
 *
 * @param open lanes that devices live on
 * @param leaving lanes that were left and still carry a stream
 * @param devices devices that live on a lane
 * @param devicesPerLane how many may share one now: the setting, or less where CIC allows few
 *     streams
 * @param waitingToOpen downchannels that wait for their turn to be opened
 * @param left lanes left, by reason; for {@link Why#OVERFLOW} how often devices were moved away
 * @param opens requests for a downchannel, {@code reopens} among them
 * @param reopens those of devices that had had Hello before
 * @param strays calls stopped because they would have gone over another connection
 * @param tokenRefreshes how often a fresh token was asked for
 * @param stuckResets events given up because CIC took nothing of them
 */
public record LaneCounts(
    int open,
    int leaving,
    int devices,
    int devicesPerLane,
    int waitingToOpen,
    Map<Why, Long> left,
    long opens,
    long reopens,
    long strays,
    long tokenRefreshes,
    long stuckResets) {
  /** Why devices left a lane. */
  public enum Why {
    /** CIC's SETTINGS_MAX_CONCURRENT_STREAMS was reached. The lane goes on with fewer devices. */
    OVERFLOW,
    /** The connection broke. When it rises, look at the network and at CIC. */
    BROKEN,
    /** CIC said GOAWAY: a planned restart on its side. */
    GOAWAY,
    /** No PING ACK came (C7). */
    PING,
    /** CIC reset streams of two devices in a row, no event having ended well between them. */
    RESET,
    /** It took openings of downchannels and never came to Hello: a half-dead peer. */
    HUNG,
    /** Streams made no progress: the connection's window is used up, or the peer is half open. */
    STALLED
  }
}
