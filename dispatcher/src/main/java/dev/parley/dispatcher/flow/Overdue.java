package dev.parley.dispatcher.flow;

import dev.parley.protocol.record.Ending.Known;

/** Looks at turns when their time has come: those that wait go on, the silent ones end. */
final class Overdue {
  private final FlowState s;
  private final Tries tries;
  private final Uploads uploads;
  private boolean isPaused;

  Overdue(FlowState s, Tries tries, Uploads uploads) {
    this.s = s;
    this.tries = tries;
    this.uploads = uploads;
  }

  /** No speech is read for want of room: silence is no device's fault. */
  void paused() {
    isPaused = true;
  }

  /** Speech is read again. */
  void resumed() {
    isPaused = false;
    s.turns.all().forEach(turn -> turn.lastSignMillis = s.now);
  }

  void tick() {
    for (var due = s.deadlines.next(s.now); due.isPresent(); due = s.deadlines.next(s.now)) {
      Turn turn = due.get();
      if (s.turns.get(turn.id) == turn) {
        look(turn);
        s.lookAgain(turn);
      }
    }
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
    } else if (isIdle && (isPaused || turn.isReadAgain())) {
      // What it says is in Kafka.
      turn.lastSignMillis = s.now;
    } else if (isIdle) {
      s.close(
          turn,
          Known.IDLE_TIMEOUT,
          "neither audio nor end came for " + s.limits.idle().toSeconds() + " s");
    } else {
      uploads.finish(turn);
    }
  }
}
