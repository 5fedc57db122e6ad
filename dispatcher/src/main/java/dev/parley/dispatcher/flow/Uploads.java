package dev.parley.dispatcher.flow;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Event;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.UploadEnd;
import java.util.List;
import java.util.Optional;

/** How a turn's speech becomes a request: its event, its chunks in order, and where it ends. */
final class Uploads {
  private final FlowState s;

  Uploads(FlowState s) {
    this.s = s;
  }

  /** The event of a begin; empty when it is no good, which closes the turn. */
  Optional<Event> eventOf(Turn turn, SpeechRecord.Begin begin) {
    try {
      return Optional.of(begin.event());
    } catch (MalformedException e) {
      s.effects.add(new Effect.SetAside(turn.firstOffset, "bad-metadata: " + e.getMessage()));
      s.close(turn, Known.BAD_METADATA, e.getMessage());
      return Optional.empty();
    }
  }

  void request(Turn turn, SpeechRecord.Begin begin, Event event) {
    if (!turn.attempt.equals(turn.begun)) {
      s.begin(turn, event.header().fullName());
    }
    turn.requested = true;
    turn.tries++;
    s.effects.add(new Effect.Request(turn.id, turn.attempt, begin.metadata()));
    if (!event.hasAudio()) {
      finish(turn);
    }
  }

  boolean inOrder(Turn turn, SpeechRecord record) {
    if (record.seq() < turn.nextSeq) {
      s.effects.add(new Effect.PassedOver("repeated"));
      return false;
    }
    if (turn.finished) {
      s.effects.add(new Effect.PassedOver("after-stop"));
      return false;
    }
    if (record.seq() > turn.nextSeq) {
      s.close(
          turn,
          Known.GAP,
          "record " + turn.nextSeq + " of the turn is missing, record " + record.seq() + " came");
      return false;
    }
    turn.nextSeq++;
    return true;
  }

  void audio(Turn turn, SpeechRecord.Audio audio) {
    if (!turn.replaying
        && turn.cut != Turn.UNCUT
        && turn.cut != Turn.CUT_ASKED
        && s.nextOffset > turn.cut) {
      s.effects.add(new Effect.PassedOver("after-stop"));
      return;
    }
    if (turn.audioBytes + audio.pcm().length > s.limits.turnBytes()) {
      s.close(
          turn,
          Known.TOO_LONG,
          "the turn has more audio than " + s.limits.turnBytes() / 1024 + " KiB");
      return;
    }
    if (turn.audioChunks++ == 0) {
      turn.time("firstAudio", s.now);
    }
    turn.audioBytes += audio.pcm().length;
    s.effects.add(new Effect.Send(turn.id, audio.pcm()));
  }

  void finish(Turn turn) {
    s.cutting.remove(turn);
    if (turn.isUploading()) {
      turn.finished = true;
      s.effects.add(new Effect.Finish(turn.id));
      s.lookAgain(turn);
    }
  }

  /**
   * Everything that was published before StopCapture got here still goes out; so the end of the
   * partition is asked for, and the upload ends when it is reached (C21).
   */
  void stopCapture(Turn turn) {
    if (turn.isUploading() && turn.cut == Turn.UNCUT) {
      turn.time("stopCapture", s.now);
      turn.endedBy = UploadEnd.STOP_CAPTURE;
      turn.cut = Turn.CUT_ASKED;
      s.cutting.add(turn);
      s.effects.add(new Effect.AskSpeechEnd(turn.id, turn.attempt));
      s.lookAgain(turn);
    }
  }

  void cutIfReached(Turn turn, long offset) {
    if (!turn.isReadAgain() && offset >= turn.cut) {
      finish(turn);
    }
  }

  /** A record was read: some uploads may have come to their end by it. */
  void cutWhatIsReached() {
    if (!s.cutting.isEmpty()) {
      List.copyOf(s.cutting).forEach(turn -> cutIfReached(turn, s.nextOffset));
    }
  }
}
