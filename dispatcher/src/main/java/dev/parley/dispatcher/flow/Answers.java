package dev.parley.dispatcher.flow;

import dev.parley.dispatcher.flow.Phase.Unreachable;
import dev.parley.dispatcher.flow.Phase.Upload;
import dev.parley.dispatcher.flow.RecordReason.Passed;
import dev.parley.protocol.CicStatus;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.Ending;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.LedgerRecord;
import java.util.Optional;

/** What CIC's side of a turn means: sent, answered, refused, broken off. */
final class Answers {
  private static final long TAKEN_MILLIS = 1_000;

  private final FlowState s;
  private final Reception reception;
  private final Uploads uploads;
  private final Tries tries;

  Answers(FlowState s, Reception reception, Uploads uploads, Tries tries) {
    this.s = s;
    this.reception = reception;
    this.uploads = uploads;
    this.tries = tries;
  }

  /** The request's head is on its way: CIC has been reached. */
  void requested(Turn turn) {
    turn.time("requested", s.now);
    s.tell(new Circuit.Sign.Reached());
  }

  /** A request that is not refused within a second is one that CIC takes. */
  void taking(Turn turn) {
    if (s.circuit.isOpen()) {
      long requested = turn.time("requested");
      if (requested != TurnTimes.NEVER && s.now - requested > TAKEN_MILLIS) {
        served(turn);
      }
    }
  }

  void uploaded(Turn turn) {
    if (!(turn.running().orElseThrow().upload() instanceof Upload.Finished finished)) {
      return;
    }
    turn.upload(new Upload.Sent());
    turn.time("sent", s.now);
    turn.lastSignMillis = s.now;
    s.effects.append(
        turn,
        new LedgerRecord.TurnSent(
            turn.id, turn.attempt, turn.speech.bytes(), turn.speech.chunks(), finished.by()));
    closeIfComplete(turn);
  }

  /** CIC has heard enough: what it has answered in full stands (C48). */
  void uploadRefused(Turn turn) {
    if (turn.running().filter(Phase.Running::isAnswered).isPresent()) {
      s.close(turn, Known.ANSWERED);
    }
  }

  void answered(Turn turn, Directive directive) {
    served(turn);
    turn.answered = true;
    turn.time("firstDirective", s.now);
    turn.lastSignMillis = s.now;
    if (directive instanceof Directive.StopCapture) {
      uploads.stopCapture(turn);
    }
    reception.answered(turn, directive);
    closeIfTooMany(turn);
  }

  void pushed(Input.Pushed input) {
    Directive directive = input.directive();
    Optional<Turn> turn = reception.turnOf(input.device(), directive);
    if (s.isLeaving() && turn.isEmpty() && directive.header().dialogRequestId().isPresent()) {
      // Said to an attempt that was left: the next owner's device hears its own.
      s.effects.add(new Effect.PassedOver(Passed.LEFT));
      return;
    }
    turn.ifPresent(t -> t.lastSignMillis = s.now);
    if (directive instanceof Directive.StopCapture) {
      turn.filter(Turn::isRequested).ifPresent(uploads::stopCapture);
    }
    reception.pushed(input.device(), turn, directive);
    turn.ifPresent(this::closeIfTooMany);
  }

  void closeIfTooMany(Turn turn) {
    if (turn.directives > s.limits.directives()) {
      s.close(
          turn,
          Known.TOO_MANY_DIRECTIVES,
          "CIC sent more than " + s.limits.directives() + " directives");
    }
  }

  void responseEnded(Turn turn, Input.ResponseEnded response) {
    int status = response.status();
    CicStatus meaning = CicStatus.of(status);
    turn.responseEnded();
    turn.lastSignMillis = s.now;
    if (meaning != CicStatus.AWAY) {
      served(turn);
    } else if (waitsUntilCicIsBack(
        turn,
        new Unreachable(new Ending.Refused(status), "CIC answers with status " + status),
        response.retryAfterMillis())) {
      return;
    }
    if (meaning != CicStatus.SERVED) {
      if (meaning.isTriedAgain() && tries.retry(turn, response.retryAfterMillis())) {
        return;
      }
      response.error().ifPresent(directive -> answered(turn, directive));
      s.close(turn, new Ending.Refused(status));
    } else if (status == 204 && turn.speaking().filter(now -> !now.isCut()).isPresent()) {
      s.close(turn, Known.ANSWERED_EARLY);
    } else {
      closeIfComplete(turn);
    }
  }

  /** CIC takes turns. */
  private void served(Turn turn) {
    s.tell(new Circuit.Sign.Served(turn.time("requested")));
  }

  /** Whether a refusal says nothing of the turn, only that CIC is not there to take it. */
  private static boolean isAway(Ending ending) {
    return ending instanceof Ending.Refused refused && refused.meaning() == CicStatus.AWAY;
  }

  /** A turn that is refused because CIC is away costs it a try, unless others fare as it does. */
  private boolean waitsUntilCicIsBack(Turn turn, Unreachable why, long atLeastMillis) {
    if (s.isLeaving()) {
      return false;
    }
    s.tell(new Circuit.Sign.Refused(s.now));
    if (!s.circuit.isOpen() || turn.answered || atLeastMillis > Tries.MOST_WAIT_MILLIS) {
      return false;
    }
    turn.tries--;
    tries.awaitReach(turn, why, atLeastMillis);
    return true;
  }

  void broken(Turn turn, Input.Broken fault) {
    if (turn.running().filter(Phase.Running::isAnswered).isPresent()) {
      s.close(turn, Known.ANSWERED);
      return;
    }
    Unreachable why = new Unreachable(fault.ending(), fault.detail());
    boolean isAway = isAway(fault.ending());
    if (s.isLeaving() && !turn.answered) {
      s.leave(turn);
    } else if (fault.ending() == Known.CIC_UNREACHABLE && !turn.answered) {
      s.tell(new Circuit.Sign.Failed(s.now));
      if (turn.isRequested()) {
        turn.tries--;
      }
      tries.awaitReach(turn, why, 0);
    } else if (isAway && waitsUntilCicIsBack(turn, why, 0)) {
      return;
    } else if (!(isAway || fault.mayHeal()) || !tries.retry(turn, 0)) {
      s.close(turn, why.ending(), why.detail());
    }
  }

  void closeIfComplete(Turn turn) {
    if (turn.running().filter(Phase.Running::isComplete).isPresent()) {
      s.close(turn, Known.ANSWERED);
    }
  }
}
