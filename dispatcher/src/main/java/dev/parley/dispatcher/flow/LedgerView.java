package dev.parley.dispatcher.flow;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.turnlog.OwnerClaims;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the ledger says of the turns of one partition, read in order from some offset on. Like the
 * router, it lets nothing count that an owner wrote after a later one's claim, but for the turns it
 * named in its {@code release}. Pure; one thread.
 */
public final class LedgerView {
  private final long from;
  private final long ownerBefore;
  private final OwnerClaims claims;
  private final Set<TurnId> closed = new HashSet<>();
  private final Set<TurnId> answered = new HashSet<>();
  private final Map<TurnId, Begun> begun = new HashMap<>();
  private final Set<TurnId> released = new HashSet<>();
  private long end;

  /**
   * How many owners began a turn and went away without a release, the last to begin it included;
   * and where in the speech it begins.
   */
  private record Begun(int lost, long last, long speechOffset) {
    Begun then(Begun next) {
      return new Begun(next.last == last ? lost : lost + 1, next.last, next.speechOffset);
    }

    Begun released(long owner) {
      return owner == last ? new Begun(lost - 1, last, speechOffset) : this;
    }
  }

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
    this.claims = new OwnerClaims(ownerBefore);
    this.end = from;
  }

  /**
   * The next record, at {@code offset}.
   *
   * @param millis when the broker appended it
   */
  public void apply(LedgerRecord record, long offset, long millis) {
    switch (record) {
      case LedgerRecord.Owner o -> claims.claimed(o, offset);
      case LedgerRecord.Release r -> {
        if (r.attempt().owner() >= claims.highest()) {
          claims.released(r, millis);
          released.addAll(r.finishing());
          begun.replaceAll((turn, known) -> known.released(r.attempt().owner()));
        }
      }
      case LedgerRecord.TurnBegun t -> {
        if (claims.admits(t.attempt(), Optional.empty(), offset, millis)) {
          begun.merge(t.turn(), new Begun(1, t.attempt().owner(), t.speechOffset()), Begun::then);
          released.remove(t.turn());
        }
      }
      case LedgerRecord.DirectiveReceived d -> {
        if (d.channel() == Channel.RESPONSE
            && claims.admits(d.attempt(), d.turn(), offset, millis)) {
          d.turn().ifPresent(answered::add);
        }
      }
      case LedgerRecord.TurnClosed t -> {
        if (claims.admits(t.attempt(), Optional.of(t.turn()), offset, millis)) {
          closed.add(t.turn());
        }
      }
      case LedgerRecord.TurnSent t -> {}
      case LedgerRecord.AttachmentBegun a -> {}
      case LedgerRecord.AttachmentEnded a -> {}
    }
  }

  /** Every record before {@code offset} has been applied. */
  public void readTo(long offset) {
    end = Math.max(end, offset);
  }

  /** Where reading began. */
  public long from() {
    return from;
  }

  /** Up to where reading has come. */
  long end() {
    return end;
  }

  /** The highest number claimed before {@link #from}; 0 when there is none. */
  long ownerBefore() {
    return ownerBefore;
  }

  /** The highest number claimed; 0 when there is none. */
  public long owner() {
    return claims.highest();
  }

  boolean isClosed(TurnId turn) {
    return closed.contains(turn);
  }

  boolean isAnswered(TurnId turn) {
    return answered.contains(turn);
  }

  /** Whether a former owner was given time to finish it, and nobody has begun it again since. */
  boolean isReleased(TurnId turn) {
    return released.contains(turn);
  }

  /** Whether an owner has begun it. */
  boolean isBegun(TurnId turn) {
    return begun.containsKey(turn);
  }

  /** The turns that were begun and not closed, by where their speech begins. */
  NavigableMap<Long, TurnId> unclosed() {
    NavigableMap<Long, TurnId> unclosed = new TreeMap<>();
    begun.forEach((turn, known) -> {
      if (!isClosed(turn)) {
        unclosed.put(known.speechOffset(), turn);
      }
    });
    return unclosed;
  }

  /** How many owners began it and were lost; those that left in an orderly manner do not count. */
  int ownersLost(TurnId turn) {
    Begun known = begun.get(turn);
    return known == null ? 0 : known.lost();
  }
}
