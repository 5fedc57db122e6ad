package dev.parley.dispatcher.flow;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the ledger says of the turns of one partition, read in order from some offset on. Like the
 * router, it lets nothing count that an owner wrote after a later one's claim, but for the turns it
 * named in its {@code release}. Pure; one thread.
 */
public final class LedgerView {
  private final long from;
  private final long ownerBefore;
  private final Set<TurnId> closed = new HashSet<>();
  private final Set<TurnId> answered = new HashSet<>();
  private final Map<TurnId, Integer> begun = new HashMap<>();
  private final Set<TurnId> finishing = new HashSet<>();
  private long owner;
  private long horizon = -1;

  /** An empty view, to be filled from the first record of the ledger. */
  public LedgerView(long from) {
    this(from, 0);
  }

  /**
   * An empty view, to be filled from the record at {@code from} on.
   *
   * @param ownerBefore the highest number claimed before that record; 0 when there is none
   */
  public LedgerView(long from, long ownerBefore) {
    this.from = from;
    this.ownerBefore = ownerBefore;
    this.owner = ownerBefore;
  }

  /** The next record. */
  public void apply(LedgerRecord record) {
    boolean late = record.attempt().owner() < owner;
    switch (record) {
      case LedgerRecord.Owner o -> owner = Math.max(owner, o.attempt().owner());
      case LedgerRecord.Release r -> {
        if (!late) {
          finishing.addAll(r.finishing());
        }
      }
      case LedgerRecord.TurnBegun t -> {
        if (!late) {
          begun.merge(t.turn(), 1, Integer::sum);
          horizon = Math.max(horizon, t.speechOffset());
        }
      }
      case LedgerRecord.DirectiveReceived d -> {
        if (d.channel() == Channel.RESPONSE) {
          d.turn().filter(turn -> !late || finishing.contains(turn)).ifPresent(answered::add);
        }
      }
      case LedgerRecord.TurnClosed t -> {
        if (!late || finishing.contains(t.turn())) {
          closed.add(t.turn());
        }
      }
      case LedgerRecord.TurnSent t -> {}
      case LedgerRecord.AttachmentBegun a -> {}
      case LedgerRecord.AttachmentEnded a -> {}
    }
  }

  /** Where reading began. */
  public long from() {
    return from;
  }

  /** The highest number claimed before {@link #from}; 0 when there is none. */
  long ownerBefore() {
    return ownerBefore;
  }

  /** The highest number claimed; 0 when there is none. */
  public long owner() {
    return owner;
  }

  /** The highest offset of a {@code begin} that the view knows; -1 when there is none. */
  long horizon() {
    return horizon;
  }

  boolean isClosed(TurnId turn) {
    return closed.contains(turn);
  }

  boolean isAnswered(TurnId turn) {
    return answered.contains(turn);
  }

  int timesBegun(TurnId turn) {
    return begun.getOrDefault(turn, 0);
  }
}
