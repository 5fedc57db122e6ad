package dev.parley.dispatcher.flow;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.SpeechRecord;
import java.util.random.RandomGenerator;

/**
 * How a turn comes to another try: read again from Kafka, joined to the live records without a
 * seam. A try that did not reach CIC costs time only.
 */
final class Tries {
  /** The longest that CIC may ask a turn to wait for another try. */
  static final long MOST_WAIT_MILLIS = 10_000;

  /** How often speech is read on for turns that are finished though the partition is another's. */
  private static final long FOLLOW_MILLIS = 100;

  private final FlowState s;
  private final Circuit circuit;
  private final RandomGenerator random;
  private final Uploads uploads;

  /** {@code random} is for the jitter. */
  Tries(FlowState s, Circuit circuit, RandomGenerator random, Uploads uploads) {
    this.s = s;
    this.circuit = circuit;
    this.random = random;
    this.uploads = uploads;
  }

  /**
   * Gives the turn another try, if it may have one: Kafka still holds all of it. Never once the
   * ledger holds a directive of a response, for the device would hear two attempts.
   */
  boolean retry(Turn turn, long atLeastMillis) {
    if (turn.answered || turn.tries >= s.limits.tries() || atLeastMillis > MOST_WAIT_MILLIS) {
      return false;
    }
    if (s.isLeaving()) {
      s.leave(turn);
      return true;
    }
    long delay = jittered(s.limits.retryDelay().toMillis() << (turn.tries - 1));
    await(turn, s.now + Math.max(delay, atLeastMillis));
    return true;
  }

  /** Waits until CIC is there again; that costs no try, only time. */
  void awaitReach(Turn turn, Turn.Unreachable why, long atLeastMillis) {
    turn.unreachable = why;
    long soonest = s.now + atLeastMillis;
    if (circuit.isOpen()) {
      soonest = Math.max(soonest, circuit.trialAt());
    }
    await(turn, soonest + jittered(s.limits.retryDelay().toMillis()));
  }

  void await(Turn turn, long until) {
    s.cutting.remove(turn);
    if (turn.isUnderWay()) {
      s.effects.add(new Effect.Abort(turn.id));
    }
    turn.retryAtMillis = until;
    s.lookAgain(turn);
  }

  long jittered(long millis) {
    return millis / 2 + random.nextLong(millis / 2 + 1);
  }

  void tryAgain(Turn turn) {
    startOver(turn);
    readAgain(turn);
  }

  /**
   * A former owner had it until now, and may have written about it a moment ago: nothing is asked
   * of CIC before the ledger is read up to where the attempt begins.
   */
  void takeBack(Turn turn, String event) {
    startOver(turn);
    turn.awaitsBegun = true;
    s.begin(turn, event);
  }

  private void startOver(Turn turn) {
    turn.startOver(new Attempt(s.owner, turn.attempt.number() + 1));
    turn.lastSignMillis = s.now;
  }

  /** From its first record on. */
  void readAgain(Turn turn) {
    turn.lastSignMillis = s.now;
    s.effects.add(new Effect.Replay(turn.id, turn.attempt, turn.firstOffset, s.nextOffset));
  }

  void replayed(Turn turn, SpeechRecord record) {
    if (!turn.source.equals(record.source())) {
      return;
    }
    turn.lastSignMillis = s.now;
    switch (record) {
      case SpeechRecord.Begin begin -> {
        if (!turn.requested) {
          uploads.eventOf(turn, begin).ifPresent(event -> uploads.request(turn, begin, event));
        }
      }
      case SpeechRecord.Audio audio -> {
        if (turn.requested && uploads.inOrder(turn, record)) {
          uploads.audio(turn, audio);
        }
      }
      case SpeechRecord.End end -> {
        if (turn.requested && uploads.inOrder(turn, record)) {
          uploads.finish(turn);
        }
      }
      case SpeechRecord.Cancel cancel -> {}
    }
  }

  /**
   * The seam: live records go on where the replay ends, or the replay goes on to where they are.
   */
  void replayedTo(Turn turn, long offset) {
    if (turn.requested && s.isLeaving()) {
      readOn(turn, offset);
      return;
    }
    if (turn.lastLive >= offset) {
      s.effects.add(new Effect.Replay(turn.id, turn.attempt, offset, s.nextOffset));
      return;
    }
    turn.replaying = false;
    turn.lastSignMillis = s.now;
    if (!turn.requested) {
      speechGone(turn);
    } else if (turn.cut != Turn.UNCUT && turn.isUploading()) {
      uploads.cutIfReached(turn, s.nextOffset);
    }
  }

  void speechGone(Turn turn) {
    s.close(turn, Known.SPEECH_GONE);
  }

  /** Answered before it was sent: what is still being spoken is read on without owning it. */
  void readOn(Turn turn, long offset) {
    if (turn.isUploading()) {
      if (offset >= turn.cut && turn.cut != Turn.UNCUT) {
        uploads.finish(turn);
      } else {
        turn.followFrom = offset;
        s.deadlines.lookAt(turn, s.now + FOLLOW_MILLIS);
      }
    }
  }

  void tryAgainIfReachable(Turn turn) {
    Turn.Unreachable why = turn.unreachable;
    if (why != null && s.now - turn.appendedMillis > s.limits.beginAge().toMillis()) {
      s.close(turn, why.ending(), why.detail());
    } else if (circuit.admits(s.now)) {
      tryAgain(turn);
    } else {
      turn.retryAtMillis = circuit.trialAt() + jittered(s.limits.retryDelay().toMillis());
    }
  }
}
