package dev.parley.dispatcher.flow;

import dev.parley.dispatcher.flow.Phase.Cut;
import dev.parley.dispatcher.flow.Phase.Source;
import dev.parley.dispatcher.flow.Phase.Unreachable;
import dev.parley.dispatcher.flow.Phase.Upload;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.SpeechRecord;
import java.util.Optional;
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
  private final RandomGenerator random;
  private final Uploads uploads;

  /** {@code random} is for the jitter. */
  Tries(FlowState s, RandomGenerator random, Uploads uploads) {
    this.s = s;
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
    await(turn, s.now + Math.max(delay, atLeastMillis), Optional.empty());
    return true;
  }

  /** Waits until CIC is there again; that costs no try, only time. */
  void awaitReach(Turn turn, Unreachable why, long atLeastMillis) {
    long soonest = s.now + atLeastMillis;
    if (s.circuit.isOpen()) {
      soonest = Math.max(soonest, s.circuit.trialAt());
    }
    await(turn, soonest + jittered(s.limits.retryDelay().toMillis()), Optional.of(why));
  }

  private void await(Turn turn, long until, Optional<Unreachable> why) {
    s.cutting.remove(turn);
    if (turn.isUnderWay()) {
      s.effects.add(new Effect.Abort(turn.id));
    }
    turn.phase = new Phase.Waiting(until, why);
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
    s.begin(turn, event);
  }

  private void startOver(Turn turn) {
    turn.startOver(new Attempt(s.owner, turn.attempt.number() + 1));
    turn.lastSignMillis = s.now;
  }

  /** From its first record on. */
  void readAgain(Turn turn) {
    turn.lastSignMillis = s.now;
    turn.upload(new Upload.Speaking(new Source.Reading(Source.NONE), new Cut.None()));
    s.effects.add(new Effect.Replay(turn.id, turn.attempt, turn.firstOffset, s.nextOffset));
  }

  void replayed(Turn turn, SpeechRecord record) {
    if (!turn.source.equals(record.source())) {
      return;
    }
    turn.lastSignMillis = s.now;
    switch (record) {
      case SpeechRecord.Begin begin -> {
        if (!turn.isRequested()) {
          uploads.eventOf(turn, begin).ifPresent(event -> uploads.request(turn, begin, event));
        }
      }
      case SpeechRecord.Audio audio -> {
        if (turn.isRequested() && uploads.inOrder(turn, record)) {
          uploads.audio(turn, audio);
        }
      }
      case SpeechRecord.End end -> {
        if (turn.isRequested() && uploads.inOrder(turn, record)) {
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
    if (turn.isRequested() && s.isLeaving()) {
      readOn(turn, offset);
      return;
    }
    turn.lastSignMillis = s.now;
    turn.speaking().ifPresent(speaking -> readAgainTo(turn, speaking, offset));
  }

  private void readAgainTo(Turn turn, Upload.Speaking speaking, long offset) {
    switch (speaking.source()) {
      case Source.Reading reading -> {
        if (!readsMore(turn, reading.lastLive(), offset)) {
          speechGone(turn);
        }
      }
      case Source.Replaying replaying -> {
        if (!readsMore(turn, replaying.lastLive(), offset)) {
          turn.upload(speaking.with(new Source.Live()));
          uploads.cutIfReached(turn, s.nextOffset);
        }
      }
      case Source.Unasked _, Source.Live _, Source.Following _ -> {}
    }
  }

  private boolean readsMore(Turn turn, long lastLive, long offset) {
    if (lastLive < offset) {
      return false;
    }
    s.effects.add(new Effect.Replay(turn.id, turn.attempt, offset, s.nextOffset));
    return true;
  }

  void speechGone(Turn turn) {
    s.close(turn, Known.SPEECH_GONE);
  }

  /** Answered before it was sent: what is still being spoken is read on without owning it. */
  void readOn(Turn turn, long offset) {
    turn.speaking()
        .ifPresent(speaking -> {
          if (speaking.cut().isReached(offset)) {
            uploads.finish(turn);
          } else {
            turn.upload(speaking.with(new Source.Following(offset)));
            s.deadlines.lookAt(turn, s.now + FOLLOW_MILLIS);
          }
        });
  }

  /** Reads on, if that has been waited for. */
  void follow(Turn turn) {
    turn.speaking()
        .ifPresent(speaking -> {
          if (speaking.source() instanceof Source.Following following
              && following.from() != Source.Following.UNDER_WAY) {
            s.effects.add(
                new Effect.Replay(turn.id, turn.attempt, following.from(), Effect.SPEECH_END));
            turn.upload(speaking.with(new Source.Following(Source.Following.UNDER_WAY)));
          }
        });
  }

  void tryAgainIfReachable(Turn turn, Phase.Waiting waiting) {
    Unreachable why = waiting.why().orElse(null);
    if (why != null && s.now - turn.bornMillis > s.limits.beginAge().toMillis()) {
      s.close(turn, why.ending(), why.detail());
    } else if (s.circuit.isOpen()) {
      awaitTrial(turn, waiting.why());
    } else {
      tryAgain(turn);
    }
  }

  /**
   * While CIC is away one turn at a time goes ahead to see, over all partitions. So this one asks
   * whether it may, if it is time for that; and waits until the next one may, which it need not if
   * {@link Input.Trial} comes.
   */
  void awaitTrial(Turn turn, Optional<Unreachable> why) {
    if (s.circuit.admits(s.now)) {
      s.circuit = s.circuit.tried(s.now);
      s.effects.add(new Effect.AskTrial(turn.id, turn.attempt));
    }
    turn.phase =
        new Phase.Waiting(s.circuit.trialAt() + jittered(s.limits.retryDelay().toMillis()), why);
  }

  /** It may go ahead to see, if it still waits. */
  void trial(Input.Trial trial) {
    Turn turn = s.turns.get(trial.turn());
    if (turn != null && turn.awaitsRetry() && turn.attempt.equals(trial.attempt())) {
      tryAgain(turn);
      s.lookAgain(turn);
    }
  }
}
