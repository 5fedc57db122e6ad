package dev.parley.dispatcher.flow;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A release under way: for so long as its last proof is fresh, whoever claims next leaves the named
 * turns alone, and what CIC says to devices without one counts, so it is renewed; and the leaver
 * stops before that owner may take turns back. Pure.
 */
final class Leaving {
  /** The longest that turns are finished after the partition is gone. */
  static final long DRAIN_MILLIS = 10_000;

  private static final long RENEWAL_MILLIS = 2_000;

  /**
   * Where nobody has claimed the partition for so long, nobody may be there to. A process that has
   * just started on a busy machine was seen to need six seconds.
   */
  private static final long UNCLAIMED_MILLIS = 8_000;

  /** Less than what the next owner waits for, by what a record may need to be read. */
  private static final long PROOF_MILLIS = 4_000;

  /** When those were sent that the ledger has not acknowledged. */
  private final Deque<Long> underWay = new ArrayDeque<>();

  private final long since;
  private final boolean listens;
  private boolean claimed;
  private long sent;

  /** When the last one was sent that is acknowledged. */
  private long proof;

  /**
   * The release is sent now.
   *
   * @param listens whether downchannels are still read
   */
  Leaving(long now, boolean listens) {
    this.listens = listens;
    since = now;
    proof = now;
    sent(now);
  }

  /** Whether another renewal is due. */
  boolean isDue(long now) {
    return now - sent >= RENEWAL_MILLIS;
  }

  void sent(long now) {
    sent = now;
    underWay.add(now);
  }

  /** The ledger has the first of those under way. */
  void acknowledged() {
    Long first = underWay.poll();
    if (first != null) {
      proof = first;
    }
  }

  /** There is a next owner. */
  void claimed() {
    claimed = true;
  }

  /**
   * Whether downchannels are read on, until CIC ends them because the next owner has opened its
   * own.
   */
  boolean mayListen(long now) {
    return listens && !isOver(now) && (claimed || now - since < UNCLAIMED_MILLIS);
  }

  /** Whether nothing may be finished any more. */
  boolean isOver(long now) {
    return now - since >= DRAIN_MILLIS || now - proof > PROOF_MILLIS;
  }
}
