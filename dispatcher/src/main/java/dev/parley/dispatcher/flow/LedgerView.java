package dev.parley.dispatcher.flow;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.turnlog.OwnerClaims;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
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
  private final int most;

  /** The turns closed last, in the ledger's order. */
  private final LinkedHashMap<TurnId, OwnerClaims.Seen> closed = new LinkedHashMap<>();

  /** Of turns that are not closed. */
  private final Set<TurnId> answered = new HashSet<>();

  /** Of turns that are not closed. */
  private final Map<TurnId, Begun> begun = new HashMap<>();

  private long forgottenTo;
  private long end;

  /**
   * How many owners began a turn and were lost over it, the last to begin it included; of what
   * event, and where in the speech it begins.
   */
  private record Begun(int lost, long last, String event, long speechOffset) {
    static Begun of(LedgerRecord.TurnBegun t) {
      return new Begun(1, t.attempt().owner(), t.event(), t.speechOffset());
    }

    Begun then(Begun next) {
      return new Begun(
          next.last == last ? lost : lost + 1, next.last, next.event, next.speechOffset);
    }

    Begun forgiven(long owner) {
      return owner == last ? new Begun(lost - 1, last, event, speechOffset) : this;
    }
  }

  /** An empty view, to be filled from the first record of the ledger. */
  public LedgerView(long from) {
    this(from, 0);
  }

  /** The same, that remembers as many as is usual. */
  public LedgerView(long from, long ownerBefore) {
    this(from, ownerBefore, FlowLimits.DEFAULT.remembered());
  }

  /**
   * An empty view, to be filled from the record at {@code from} on.
   *
   * @param ownerBefore the highest number claimed before that record; 0 when there is none
   * @param most how many closed turns it remembers, those closed last
   */
  public LedgerView(long from, long ownerBefore, int most) {
    this.from = from;
    this.most = most;
    this.ownerBefore = ownerBefore;
    this.claims = new OwnerClaims(ownerBefore);
    this.end = from;
  }

  /** The next record. */
  public void apply(LedgerRecord record, OwnerClaims.Seen seen) {
    switch (record) {
      case LedgerRecord.Owner o -> {
        boolean _ = claims.claimed(o, seen);
      }
      case LedgerRecord.Release r -> {
        if (claims.released(r, seen)) {
          forgive(r);
        }
      }
      case LedgerRecord.Renewal r -> {
        boolean _ = claims.renewed(r, seen);
      }
      case LedgerRecord.TurnBegun t -> {
        if (claims.admits(t, seen) && !isClosed(t.turn())) {
          begun.merge(t.turn(), Begun.of(t), Begun::then);
        }
      }
      case LedgerRecord.DirectiveReceived d -> {
        if (claims.admits(d, seen) && d.channel() == Channel.RESPONSE) {
          d.turn().filter(turn -> !isClosed(turn)).ifPresent(answered::add);
        }
      }
      case LedgerRecord.TurnLeft t -> {
        if (claims.admits(t, seen)) {
          begun.computeIfPresent(t.turn(), (_, known) -> known.forgiven(t.attempt().owner()));
        }
      }
      case LedgerRecord.TurnClosed t -> {
        if (claims.admits(t, seen)) {
          close(t.turn(), seen);
        }
      }
      case LedgerRecord.TurnSent _,
          LedgerRecord.AttachmentBegun _,
          LedgerRecord.AttachmentEnded _ -> {
        boolean _ = claims.admits(record, seen);
      }
    }
  }

  private void close(TurnId turn, OwnerClaims.Seen seen) {
    settled(turn);
    closed.putIfAbsent(turn, seen);
    if (closed.size() > most) {
      forgottenTo = Math.max(forgottenTo, closed.pollFirstEntry().getValue().appendedMillis());
    }
  }

  /** Nothing of it is needed any more, but that it is closed. */
  void settled(TurnId turn) {
    begun.remove(turn);
    answered.remove(turn);
  }

  /** Closed turns of which was read before that moment, by the reader's clock, can't come again. */
  void forgetClosed(long readBeforeMillis) {
    while (!closed.isEmpty() && closed.firstEntry().getValue().readMillis() < readBeforeMillis) {
      closed.pollFirstEntry();
    }
  }

  /** A turn that began by then, by the broker's clock, may be closed although it is not known. */
  long forgottenTo() {
    return forgottenTo;
  }

  /** How many turns it knows something of. */
  int remembered() {
    return closed.size() + begun.size() + answered.size();
  }

  /** Who leaves was not lost over what it leaves to others; over what it names it may be yet. */
  private void forgive(LedgerRecord.Release release) {
    Set<TurnId> named = Set.copyOf(release.named());
    begun.replaceAll(
        (turn, known) -> named.contains(turn) ? known : known.forgiven(release.attempt().owner()));
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
  public long end() {
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

  /** When it was claimed, by the broker's clock. */
  public long claimedMillis() {
    return claims.claimedMillis();
  }

  boolean isClosed(TurnId turn) {
    return closed.containsKey(turn);
  }

  boolean isAnswered(TurnId turn) {
    return answered.contains(turn);
  }

  /** Whether a former owner has begun it and is finishing it. */
  boolean isNamed(TurnId turn) {
    return claims.isNamed(turn) && isBegun(turn);
  }

  /** Devices whose turns former owners are finishing. */
  Set<String> devicesOfLeavers() {
    return claims.devicesOfLeavers();
  }

  /**
   * From when on the ledger's end may be asked for, to take a turn back that a former owner was
   * finishing; empty when none is. See {@link OwnerClaims#mayBeTakenBackFrom}.
   */
  OptionalLong mayBeTakenBackFrom(TurnId turn) {
    return claims.mayBeTakenBackFrom(turn);
  }

  /** From where the ledger must be read again for turns that former owners are finishing. */
  OptionalLong pin() {
    return claims.pin();
  }

  /** The highest number claimed before {@link #pin}. */
  long ownerBeforePin() {
    return claims.pin().isPresent()
        ? claims.highestBefore(claims.pin().getAsLong())
        : claims.highest();
  }

  /** The event of a turn that an owner has begun. */
  String event(TurnId turn) {
    Begun known = begun.get(turn);
    if (known == null) {
      throw new IllegalStateException("nobody has begun " + turn);
    }
    return known.event();
  }

  /** Whether an owner has begun it. */
  boolean isBegun(TurnId turn) {
    return begun.containsKey(turn);
  }

  /** The turns that were begun and not closed, by where their speech begins. */
  NavigableMap<Long, TurnId> unclosed() {
    NavigableMap<Long, TurnId> unclosed = new TreeMap<>();
    begun.forEach((turn, known) -> unclosed.put(known.speechOffset(), turn));
    return unclosed;
  }

  /**
   * How many owners began it and were lost; who has left it in an orderly manner does not count.
   */
  int ownersLost(TurnId turn) {
    Begun known = begun.get(turn);
    return known == null ? 0 : known.lost();
  }
}
