package dev.parley.dispatcher.flow;

import dev.parley.dispatcher.flow.RecordReason.Aside;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.turnlog.OwnerClaims;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * What former owners have left of a partition's turns, by the ledger's word: which are closed,
 * begun or answered, which a leaver is still finishing, and when those may be taken back. Pure; one
 * thread.
 */
final class FormerOwners {
  /** How often it is asked whether all is read that a former owner wrote. */
  private static final long LOOK_MILLIS = 250;

  private final FlowState s;
  private final LedgerReading ledger;
  private final Tries tries;
  private LedgerView view = new LedgerView(0);

  /** Begun by former owners and not met yet, by where their speech begins. */
  private NavigableMap<Long, TurnId> toBeMet = new TreeMap<>();

  /** No turn that a former owner has met begins at this offset or behind it. */
  private long end;

  /** How many turns they are finishing. */
  private int finishing;

  private long nextLook;

  FormerOwners(FlowState s, LedgerReading ledger, Tries tries) {
    this.s = s;
    this.ledger = ledger;
    this.tries = tries;
  }

  void takenOver(Input.TakenOver t) {
    view = t.view();
    toBeMet = view.unclosed();
    end = t.speechEnd();
    ledger.knownTo(view.end());
  }

  /** Whether an owner has closed it, or this one lately. */
  boolean isClosed(TurnId id) {
    return s.turns.isSettled(id) || view.isClosed(id);
  }

  /**
   * Whether its former owners may have closed it, so long ago that there was no room to remember
   * it: then it must not be said to CIC again.
   */
  boolean mayHaveClosed(Input.Speech begin, TurnId id) {
    return begin.offset() < end
        && begin.appendedMillis() <= view.forgottenTo()
        && !view.isBegun(id);
  }

  /** Devices whose turns they are finishing, over downchannels of their own. */
  Set<String> devices() {
    return view.devicesOfLeavers();
  }

  /** Whether an owner has begun it. */
  boolean isBegun(TurnId id) {
    return view.isBegun(id);
  }

  /** The ledger offset that whoever takes over at {@code commitPosition} must read from. */
  long ledgerPosition(long commitPosition) {
    if (commitPosition < end) {
      // Turns of former owners may still be met again: all that was known of them is needed.
      return view.from();
    }
    return Math.min(unpinned(), view.pin().orElse(Long.MAX_VALUE));
  }

  private long unpinned() {
    return s.turns.ledgerFrom(s.now, ledger.next());
  }

  /** The highest owner's number claimed before {@code ledgerPosition}. */
  long ownerBefore(long ledgerPosition) {
    if (ledgerPosition == view.from()) {
      return view.ownerBefore();
    }
    return ledgerPosition < unpinned() ? view.ownerBeforePin() : s.owner;
  }

  /** The record at this offset is read: the turns that should have stood before it are gone. */
  void met(long offset) {
    while (!toBeMet.isEmpty() && toBeMet.firstKey() <= offset) {
      var next = toBeMet.pollFirstEntry();
      if (next.getKey() < offset) {
        gone(next.getValue(), offset);
      }
    }
  }

  /**
   * Nobody will meet this turn again, so it is closed here; else its device would wait for ever.
   */
  private void gone(TurnId id, long offset) {
    if (s.turns.get(id) != null || isClosed(id)) {
      return;
    }
    // Only what the view was read from tells of it: the next owner must read that too.
    Turn turn = new Turn(id, new Attempt(s.owner, 1), "", offset, view.from(), s.now, 0, s.now);
    s.turns.add(turn);
    if (isLeftTo(turn)) {
      return;
    }
    if (view.isAnswered(id)) {
      s.close(turn, Known.INTERRUPTED);
    } else {
      tries.speechGone(turn);
    }
  }

  /** Leaves the turn to the former owner that is finishing it, if one is. */
  boolean isLeftTo(Turn turn) {
    if (!view.isNamed(turn.id)) {
      return false;
    }
    turn.phase = new Phase.FormerOwners();
    finishing++;
    return true;
  }

  /** Whether what former owners left of it allows another attempt; else the turn is closed. */
  boolean mayBegin(Turn turn) {
    if (view.isAnswered(turn.id)) {
      s.close(turn, Known.INTERRUPTED);
      return false;
    }
    int owners = view.ownersLost(turn.id);
    if (owners >= s.limits.owners()) {
      s.effects.add(new Effect.SetAside(turn.firstOffset, Aside.POISON, ""));
      s.close(
          turn, Known.POISON, owners + " dispatchers began this turn and were lost before its end");
      return false;
    }
    return true;
  }

  /**
   * What is written here about a turn that a former owner has begun may end what is known of it.
   */
  void written(LedgerRecord record, long offset) {
    TurnId turn = record.about().orElse(null);
    if (turn == null) {
      return;
    }
    if (view.isNamed(turn)) {
      view.apply(record, new OwnerClaims.Seen(offset, s.now, s.now));
    }
    if (record instanceof LedgerRecord.TurnClosed) {
      view.settled(turn);
    }
  }

  /** A record of another owner, below this one. */
  void seen(Input.LedgerSeen input) {
    LedgerRecord record = input.record();
    view.apply(record, new OwnerClaims.Seen(input.offset(), input.appendedMillis(), s.now));
    Turn turn = record.about().map(s.turns::get).orElse(null);
    if (turn == null) {
      return;
    }
    if (record instanceof LedgerRecord.TurnClosed && view.isClosed(turn.id)) {
      closed(turn);
    } else if (record instanceof LedgerRecord.TurnLeft
        && turn.isFormerOwners()
        && !view.isNamed(turn.id)) {
      takeBack(turn);
    }
  }

  /** Also when we were about to take it back: what stands first in the ledger counts. */
  private void closed(Turn turn) {
    if (turn.isFormerOwners()) {
      finishing--;
    }
    s.cutting.remove(turn);
    s.turns.settle(turn, s.now);
    s.effects.add(new Effect.Leave(turn.id));
  }

  /** The ledger is read up to where it ended at {@code asked}. */
  void readTo(long asked) {
    if (finishing > 0) {
      for (Turn turn : s.turns.all()) {
        if (turn.isFormerOwners() && view.mayBeTakenBackFrom(turn.id).orElse(asked) <= asked) {
          takeBack(turn);
        }
      }
    }
  }

  /** The former owner has left it, or its time is up, and what it wrote in it has been read. */
  private void takeBack(Turn turn) {
    finishing--;
    if (mayBegin(turn)) {
      tries.takeBack(turn, view.event(turn.id));
    }
    s.lookAgain(turn);
  }

  /** All that stands before the begin of a turn that was taken back is read. */
  void takenBack(Turn turn) {
    if (view.isAnswered(turn.id)) {
      s.close(turn, Known.INTERRUPTED);
    } else {
      tries.readAgain(turn);
    }
  }

  /** Finds out now and then whether their time is up. */
  void tick() {
    if (s.nextOffset >= end) {
      // None of them comes again, but from who says the same once more.
      view.forgetClosed(s.now - RecentTurns.READABLE_MILLIS);
    }
    if (finishing > 0 && s.now >= nextLook) {
      nextLook = s.now + LOOK_MILLIS;
      ledger.askEnd(s.now);
    }
  }
}
