package dev.parley.dispatcher.flow;

import dev.parley.protocol.record.Ending;
import dev.parley.protocol.record.LedgerRecord;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the rules of a partition share: its turns, the time, and what is to be done; and how a turn
 * ends. One thread.
 */
final class FlowState {
  private static final long CUT_LIMIT_MILLIS = 2_000;

  final FlowLimits limits;
  final Effects effects = new Effects();
  final Turns turns;
  final Deadlines deadlines = new Deadlines();

  /** Turns whose upload ends when the speech published before StopCapture has been sent. */
  final Set<Turn> cutting = new LinkedHashSet<>();

  /** The number of the claim. */
  long owner;

  /** Offset of the speech record that comes next. */
  long nextOffset;

  /** In epoch milliseconds. */
  long now;

  /** What is known of CIC. */
  Circuit circuit = Circuit.CLOSED;

  /** Why there is no room for new turns. */
  Optional<Refusal> refusal = Optional.empty();

  /** The release, once the partition was taken away. */
  @Nullable Leaving leaving;

  FlowState(FlowLimits limits) {
    this.limits = limits;
    this.turns = new Turns(limits);
  }

  boolean isLeaving() {
    return leaving != null;
  }

  /** An input is taken at this moment. */
  void at(Moment moment) {
    now = moment.millis();
    circuit = moment.circuit();
    refusal = moment.refusal();
  }

  /** What was seen of CIC; all partitions are told, if they do not know it. */
  void tell(Circuit.Sign sign) {
    Circuit before = circuit;
    circuit = before.after(sign);
    if (!circuit.equals(before)) {
      effects.add(new Effect.TellCircuit(sign));
    }
  }

  /** Writes down that the turn's next try begins. */
  void begin(Turn turn, String event) {
    turn.begun = turn.attempt;
    effects.append(
        turn, new LedgerRecord.TurnBegun(turn.id, turn.attempt, event, turn.firstOffset));
  }

  void close(Turn turn, Ending ending) {
    close(turn, ending, ending.sentence());
  }

  void close(Turn turn, Ending ending, String detail) {
    if (turn.isClosing()) {
      return;
    }
    cutting.remove(turn);
    boolean underWay = turn.isUnderWay();
    LedgerRecord.TurnClosed record = turn.close(ending, detail, now);
    if (underWay) {
      effects.add(new Effect.Abort(turn.id));
    }
    if (turn.unacknowledged == 0) {
      effects.add(new Effect.Append(record));
    }
  }

  void leave(Turn turn) {
    cutting.remove(turn);
    turns.leave(turn);
    effects.add(new Effect.Leave(turn.id));
  }

  void lookAgain(Turn turn) {
    if (!turn.isClosing() && !turn.isFormerOwners()) {
      deadlines.lookAt(turn, Math.max(deadline(turn), now + 1));
    }
  }

  /** When something is to be done about it, if nothing is heard of it until then. */
  long deadline(Turn turn) {
    return switch (turn.phase) {
      case Phase.Closing _, Phase.FormerOwners _ -> Long.MAX_VALUE;
      case Phase.Waiting waiting -> waiting.until();
      case Phase.Running now ->
          switch (now.upload()) {
            case Phase.Upload.Speaking speaking -> deadline(turn, speaking);
            case Phase.Upload.Finished _, Phase.Upload.Sent _ ->
                turn.lastSignMillis + limits.response().toMillis();
          };
    };
  }

  private long deadline(Turn turn, Phase.Upload.Speaking speaking) {
    long longest = turn.time("begun") + limits.upload().toMillis();
    long deadline =
        turn.isSilent ? longest : Math.min(turn.lastSignMillis + limits.idle().toMillis(), longest);
    return speaking.isCut() && speaking.isLive()
        ? Math.min(deadline, turn.time("stopCapture") + CUT_LIMIT_MILLIS)
        : deadline;
  }
}
