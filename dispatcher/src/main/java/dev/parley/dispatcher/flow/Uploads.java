package dev.parley.dispatcher.flow;

import dev.parley.dispatcher.flow.Phase.Cut;
import dev.parley.dispatcher.flow.Phase.Source;
import dev.parley.dispatcher.flow.Phase.Upload;
import dev.parley.dispatcher.flow.RecordReason.Aside;
import dev.parley.dispatcher.flow.RecordReason.Passed;
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
      Event event = begin.event();
      turn.isReport = !event.isRecognize();
      return Optional.of(event);
    } catch (MalformedException e) {
      s.effects.add(
          new Effect.SetAside(
              turn.firstOffset, Aside.BAD_METADATA, String.valueOf(e.getMessage())));
      s.close(turn, Known.BAD_METADATA, e.getMessage());
      return Optional.empty();
    }
  }

  void request(Turn turn, SpeechRecord.Begin begin, Event event) {
    if (!turn.attempt.equals(turn.begun)) {
      s.begin(turn, event.header().fullName());
    }
    turn.speaking().ifPresent(speaking -> turn.upload(speaking.with(asked(speaking.source()))));
    turn.tries++;
    s.effects.add(new Effect.Request(turn.id, turn.attempt, begin.metadata()));
    if (!event.hasAudio()) {
      finish(turn);
    }
  }

  private static Source asked(Source source) {
    return switch (source) {
      case Source.Reading reading -> new Source.Replaying(reading.lastLive());
      case Source.Unasked _, Source.Replaying _, Source.Live _, Source.Following _ ->
          new Source.Live();
    };
  }

  boolean inOrder(Turn turn, SpeechRecord record) {
    if (record.seq() < turn.speech.nextSeq()) {
      s.effects.add(new Effect.PassedOver(Passed.REPEATED));
      return false;
    }
    if (!turn.isUploading()) {
      s.effects.add(new Effect.PassedOver(Passed.AFTER_STOP));
      return false;
    }
    if (record.seq() > turn.speech.nextSeq()) {
      s.close(
          turn,
          Known.GAP,
          "record "
              + turn.speech.nextSeq()
              + " of the turn is missing, record "
              + record.seq()
              + " came");
      return false;
    }
    turn.speech.take();
    return true;
  }

  void audio(Turn turn, SpeechRecord.Audio audio) {
    if (turn.speaking().filter(now -> now.isLive() && isBehind(now.cut())).isPresent()) {
      s.effects.add(new Effect.PassedOver(Passed.AFTER_STOP));
      return;
    }
    if (turn.speech.bytes() + audio.pcm().length > s.limits.turnBytes()) {
      s.close(
          turn,
          Known.TOO_LONG,
          "the turn has more audio than " + s.limits.turnBytes() / 1024 + " KiB");
      return;
    }
    if (turn.speech.chunks() == 0) {
      turn.time("firstAudio", s.now);
    }
    turn.speech.addChunk(audio.pcm().length);
    s.effects.add(new Effect.Send(turn.id, audio.pcm()));
  }

  /** Whether the record that was read last stands behind the cut. */
  private boolean isBehind(Cut cut) {
    return cut.isReached(s.nextOffset - 1);
  }

  void finish(Turn turn) {
    s.cutting.remove(turn);
    turn.speaking()
        .ifPresent(speaking -> {
          turn.upload(
              new Upload.Finished(speaking.isCut() ? UploadEnd.STOP_CAPTURE : UploadEnd.END));
          s.effects.add(new Effect.Finish(turn.id));
          s.lookAgain(turn);
        });
  }

  /**
   * Everything that was published before StopCapture got here still goes out; so the end of the
   * partition is asked for, and the upload ends when it is reached (C21). Said to a try that has
   * failed, it means nothing to the next one.
   */
  void stopCapture(Turn turn) {
    turn.speaking()
        .filter(speaking -> !speaking.isCut())
        .ifPresent(speaking -> {
          turn.time("stopCapture", s.now);
          turn.upload(speaking.with(new Cut.Asked()));
          s.cutting.add(turn);
          s.effects.add(new Effect.AskSpeechEnd(turn.id, turn.attempt));
          s.lookAgain(turn);
        });
  }

  /** Where the speech ended that was published before StopCapture. */
  void cutAt(Turn turn, long offset) {
    turn.speaking()
        .filter(speaking -> speaking.cut() instanceof Cut.Asked)
        .ifPresent(speaking -> {
          turn.upload(speaking.with(new Cut.At(offset)));
          cutIfReached(turn, s.nextOffset);
        });
  }

  void cutIfReached(Turn turn, long offset) {
    if (turn.speaking().filter(now -> now.isLive() && now.cut().isReached(offset)).isPresent()) {
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
