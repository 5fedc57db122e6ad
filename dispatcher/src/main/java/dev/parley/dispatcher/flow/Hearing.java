package dev.parley.dispatcher.flow;

import dev.parley.dispatcher.flow.RecordReason.Aside;
import dev.parley.dispatcher.flow.RecordReason.Passed;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Event;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.SpeechRecord;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records of the speech partition: begins turns, or says why not, and gives each turn
 * what comes next in it. Pure; one thread.
 */
final class Hearing {
  private static final Phase.Unreachable CIC_IS_DOWN =
      new Phase.Unreachable(Known.CIC_UNREACHABLE, "CIC is down");

  private final FlowState s;
  private final LedgerReading ledger;
  private final FormerOwners former;
  private final Uploads uploads;
  private final Tries tries;
  private final Answers answers;

  Hearing(
      FlowState s,
      LedgerReading ledger,
      FormerOwners former,
      Uploads uploads,
      Tries tries,
      Answers answers) {
    this.s = s;
    this.ledger = ledger;
    this.former = former;
    this.uploads = uploads;
    this.tries = tries;
    this.answers = answers;
  }

  void speech(Input.Speech input) {
    met(input.offset());
    switch (input.record()) {
      case SpeechRecord.Begin begin -> begin(input, begin);
      case SpeechRecord.Audio audio -> {
        Turn turn = expected(input);
        if (turn != null) {
          uploads.audio(turn, audio);
          answers.taking(turn);
        }
      }
      case SpeechRecord.End end -> {
        Turn turn = expected(input);
        if (turn != null) {
          uploads.finish(turn);
        }
      }
      case SpeechRecord.Cancel cancel -> {
        Turn turn = s.turns.get(cancel.turn());
        if (turn != null
            && !turn.isClosing()
            && !turn.isFormerOwners()
            && turn.source.equals(cancel.source())) {
          s.close(turn, Known.CANCELLED);
        } else {
          passOver(cancel.turn());
        }
      }
    }
    uploads.cutWhatIsReached();
  }

  /** The record at this offset is read: what should have stood before it is gone. */
  private void met(long offset) {
    s.nextOffset = offset + 1;
    former.met(offset);
  }

  /**
   * Without one of its records a turn can't go on; one that can't begin is closed, so that its
   * device hears of it.
   */
  void unreadable(Input.Unreadable input) {
    met(input.offset());
    s.effects.add(new Effect.SetAside(input.offset(), input.reason(), input.detail()));
    Input.Unreadable.Of of = input.of().orElse(null);
    if (of == null) {
      return;
    }
    TurnId id = of.turn();
    Turn open = s.turns.get(id);
    if (open != null && !open.isFormerOwners()) {
      s.close(open, of.ending());
    } else if (open == null && of.begins() && !former.isClosed(id)) {
      Turn turn =
          new Turn(
              id,
              new Attempt(s.owner, 1),
              "",
              input.offset(),
              ledger.next(),
              of.appendedMillis(),
              0,
              s.now);
      s.turns.add(turn);
      if (!former.isLeftTo(turn)) {
        s.close(turn, of.ending());
      }
    }
  }

  private void begin(Input.Speech input, SpeechRecord.Begin begin) {
    TurnId id = begin.turn();
    if (s.turns.get(id) != null) {
      s.effects.add(new Effect.SetAside(input.offset(), Aside.SECOND_BEGIN, ""));
      return;
    }
    if (former.isClosed(id)) {
      s.effects.add(new Effect.PassedOver(Passed.CLOSED_BEFORE));
      return;
    }
    if (former.mayHaveClosed(input, id)) {
      s.effects.add(new Effect.PassedOver(Passed.LONG_CLOSED));
      return;
    }
    Optional<Refusal> refusal = former.isBegun(id) ? Optional.empty() : refusal(input.ageMillis());
    Turn turn =
        new Turn(
            id,
            new Attempt(s.owner, 1),
            begin.source(),
            input.offset(),
            ledger.next(),
            input.appendedMillis(),
            input.ageMillis(),
            s.now);
    turn.time("heard", input.appendedMillis());
    s.turns.add(turn);
    if (former.isLeftTo(turn)) {
      return;
    }
    if (refusal.isPresent()) {
      s.close(turn, refusal.get().ending(), refusal.get().detail());
    } else if (former.mayBegin(turn)) {
      Optional<Event> event = uploads.eventOf(turn, begin);
      if (event.isPresent()) {
        if (event.get().isRecognize()) {
          supersede(turn);
        }
        if (s.circuit.isOpen()) {
          tries.awaitTrial(turn, Optional.of(CIC_IS_DOWN));
        } else {
          uploads.request(turn, begin, event.get());
        }
      }
    }
    s.lookAgain(turn);
  }

  private Optional<Refusal> refusal(long ageMillis) {
    if (ageMillis > s.limits.beginAge().toMillis()) {
      return Optional.of(
          new Refusal(
              Known.EXPIRED,
              "it waited longer than " + s.limits.beginAge().toSeconds() + " s for a dispatcher"));
    }
    return s.refusal;
  }

  /** Barge-in: the device speaks anew, so what it was still saying counts no more. */
  private void supersede(Turn newer) {
    for (Turn turn : s.turns.ofDevice(newer.id.device())) {
      if (turn != newer && !turn.isReport && turn.isUploading()) {
        s.close(turn, Known.BARGE_IN);
      }
    }
  }

  /** The open turn of this record if it is the record that comes next in it. */
  private @Nullable Turn expected(Input.Speech input) {
    SpeechRecord record = input.record();
    Turn turn = s.turns.get(record.turn());
    if (turn == null || turn.isClosing()) {
      passOver(record.turn());
      return null;
    }
    if (!turn.source.equals(record.source())) {
      s.effects.add(new Effect.SetAside(input.offset(), Aside.FOREIGN_SOURCE, ""));
      return null;
    }
    turn.lastSignMillis = s.now;
    if (turn.isReadAgain()) {
      // Read again when the replay gets there.
      turn.speaking()
          .ifPresent(now -> turn.upload(now.with(now.source().cameLive(input.offset()))));
      return null;
    }
    return uploads.inOrder(turn, record) ? turn : null;
  }

  private void passOver(TurnId id) {
    boolean closed = s.turns.get(id) != null || former.isClosed(id);
    s.effects.add(new Effect.PassedOver(closed ? Passed.AFTER_CLOSE : Passed.NO_BEGIN));
  }
}
