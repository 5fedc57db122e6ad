package dev.parley.dispatcher.flow;

import dev.parley.protocol.record.Ending.Known;

/** Looks at turns when their time has come: those that wait go on, the silent ones end. */
final class Overdue {
  private final FlowState s;
  private final Tries tries;
  private final Uploads uploads;
  private final Silence silence;

  Overdue(FlowState s, Silence silence, Tries tries, Uploads uploads) {
    this.s = s;
    this.silence = silence;
    this.tries = tries;
    this.uploads = uploads;
  }

  void tick() {
    for (var due = s.deadlines.next(s.now); due.isPresent(); due = s.deadlines.next(s.now)) {
      Turn turn = due.get();
      if (s.turns.get(turn.id) == turn) {
        look(turn);
        s.lookAgain(turn);
      }
    }
    silence.ask();
  }

  private void look(Turn turn) {
    tries.follow(turn);
    if (s.now < s.deadline(turn)) {
      return;
    }
    boolean isIdle = s.now >= turn.lastSignMillis + s.limits.idle().toMillis();
    if (turn.phase instanceof Phase.Waiting waiting) {
      tries.tryAgainIfReachable(turn, waiting);
    } else if (!turn.isUploading()) {
      s.close(
          turn,
          Known.RESPONSE_TIMEOUT,
          "CIC sent nothing for " + s.limits.response().toSeconds() + " s");
    } else if (s.now >= turn.time("begun") + s.limits.upload().toMillis()) {
      s.close(
          turn,
          Known.UPLOAD_TIMEOUT,
          "the turn was still being spoken after " + s.limits.upload().toSeconds() + " s");
    } else if (isIdle && turn.isReadAgain()) {
      // What it says is in Kafka.
      turn.lastSignMillis = s.now;
    } else if (isIdle) {
      silence.add(turn);
    } else {
      uploads.finish(turn);
    }
  }
}
