package dev.parley.dispatcher.flow;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives a partition away: what is still spoken is left to the next owner, who begins it anew; what
 * CIC has all of or has begun to answer is named in a release, and finished here; whose close is
 * written already waits for that to be read back. Pure; one thread.
 */
final class HandOver {
  private final FlowState s;
  private final Tries tries;

  /** Those that are finished here, whoever claims the partition. */
  private final Set<TurnId> named = new LinkedHashSet<>();

  HandOver(FlowState s, Tries tries) {
    this.s = s;
    this.tries = tries;
  }

  /** {@code listens}: whether downchannels are still read, of which a directive may come. */
  void revoked(boolean listens) {
    s.leaving = new Leaving(s.now, listens);
    boolean hadTurns = s.turns.size() > 0;
    for (Turn turn : s.turns.all()) {
      if (named.size() < LedgerRecord.Release.MAX_NAMED && mayBeNamed(turn)) {
        named.add(turn.id);
      } else if (!turn.isClosing() || turn.unacknowledged > 0) {
        s.leave(turn);
      }
    }
    if (hadTurns || listens) {
      // Also without turns to finish: the next owner sees that we were not lost over the others,
      // and what CIC still says on our downchannels counts.
      s.effects.add(new Effect.Append(new LedgerRecord.Release(own(), List.copyOf(named))));
    }
    for (Turn turn : s.turns.all()) {
      if (turn.speaking().filter(Phase.Upload.Speaking::isLive).isPresent()) {
        tries.readOn(turn, s.nextOffset);
      }
    }
  }

  /** Begun here, with an answer to come or a close to write; not those whose close is written. */
  private static boolean mayBeNamed(Turn turn) {
    return turn.isBegun
        && (turn.isClosing()
            ? turn.unacknowledged > 0
            : turn.isRequested() && (turn.answered || isSent(turn)));
  }

  private static boolean isSent(Turn turn) {
    return turn.running().filter(now -> now.upload() instanceof Phase.Upload.Sent).isPresent();
  }

  /**
   * What another wrote is read, after the partition was taken away: a claim leaves us what was
   * named to it, until it begins that, too.
   */
  void seen(LedgerRecord record) {
    if (record.attempt().owner() < s.owner) {
      return;
    }
    Leaving leaving = s.leaving;
    if (record instanceof LedgerRecord.Owner && leaving != null) {
      leaving.claimed();
      s.turns.all().stream().filter(turn -> !named.contains(turn.id)).forEach(s::leave);
    } else if (record instanceof LedgerRecord.TurnBegun begun) {
      Optional.ofNullable(s.turns.get(begun.turn())).ifPresent(s::leave);
    }
  }

  /** A record that is about the partition stands in the ledger. */
  void acknowledged(LedgerRecord record) {
    Leaving leaving = s.leaving;
    if (leaving != null
        && (record instanceof LedgerRecord.Release || record instanceof LedgerRecord.Renewal)) {
      leaving.acknowledged();
    }
  }

  /** Whether downchannels are still read, though the partition is given away. */
  boolean mayListen() {
    Leaving leaving = s.leaving;
    return leaving != null && leaving.mayListen(s.now);
  }

  /**
   * Renews the release while turns are open or downchannels are read, and leaves all turns when its
   * time is up.
   */
  void tick() {
    Leaving leaving = s.leaving;
    if (leaving == null) {
      return;
    }
    if (leaving.isOver(s.now)) {
      s.turns.all().forEach(s::leave);
    } else if ((s.turns.size() > 0 || mayListen()) && leaving.isDue(s.now)) {
      leaving.sent(s.now);
      s.effects.add(new Effect.Append(new LedgerRecord.Renewal(own())));
    }
  }

  /** By whom a record is that is about the partition. */
  private Attempt own() {
    return new Attempt(s.owner, 0);
  }
}
