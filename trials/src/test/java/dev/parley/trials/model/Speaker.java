package dev.parley.trials.model;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Event;
import dev.parley.protocol.record.SpeechRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A device's mouth and its producer: mostly orderly, at times not. */
final class Speaker {
  final String device;
  private int turns;
  private int dialogs;
  private @Nullable TurnId speaking;
  private @Nullable SpeechRecord latest;
  private int seq;

  /** What was said, and whether it got into the log. */
  record Said(String what, Optional<SpeechRecord> record) {}

  Speaker(String device) {
    this.device = device;
  }

  /** Goes on speaking. */
  Said speak(Random random) {
    TurnId turn = speaking;
    SpeechRecord before = latest;
    int draw = random.nextInt(100);
    if (turn == null || before == null) {
      return before != null && draw < 5
          ? new Said("duplicate", Optional.of(before))
          : begin(random);
    }
    if (draw < 4) {
      return begin(random); // Barge-in.
    }
    if (draw < 8) {
      return new Said("duplicate", Optional.of(before));
    }
    if (draw < 11) {
      return new Said(
          "foreign-source", Optional.of(new SpeechRecord.Audio(turn, "other", seq + 1, pcm(99))));
    }
    if (draw < 13) {
      String source = random.nextBoolean() ? source(turn) : "other";
      return new Said(
          "second-begin", Optional.of(new SpeechRecord.Begin(turn, source, text(turn))));
    }
    seq++;
    SpeechRecord next;
    String what;
    if (draw < 19) {
      next = new SpeechRecord.Cancel(turn, source(turn), seq);
      what = "cancel";
      speaking = null;
    } else if (draw < 45) {
      next = new SpeechRecord.End(turn, source(turn), seq);
      what = "end";
      speaking = null;
    } else {
      next = new SpeechRecord.Audio(turn, source(turn), seq, pcm(seq));
      what = "audio";
    }
    latest = next;
    return random.nextInt(40) == 0
        ? new Said("lost-record", Optional.empty())
        : new Said(what, Optional.of(next));
  }

  private Said begin(Random random) {
    turns++;
    if (dialogs == 0 || random.nextInt(4) > 0) {
      dialogs++;
    }
    TurnId turn = new TurnId(device, device + "-dialog-" + dialogs, device + "-turn-" + turns);
    seq = 0;
    byte[] metadata =
        switch (random.nextInt(12)) {
          case 0 -> "{}".getBytes(StandardCharsets.UTF_8);
          case 1, 2 -> text(turn);
          default -> Event.speech(turn.message(), turn.dialog(), "ko").metadata(List.of());
        };
    SpeechRecord begin = new SpeechRecord.Begin(turn, source(turn), metadata);
    latest = begin;
    speaking = turn;
    return random.nextInt(40) == 0
        ? new Said("lost-record", Optional.empty())
        : new Said("begin", Optional.of(begin));
  }

  private static byte[] text(TurnId turn) {
    return Event.text(turn.message(), turn.dialog(), "hello").metadata(List.of());
  }

  private static String source(TurnId turn) {
    return "source-" + turn.message();
  }

  /** A chunk that no other of the world is like. */
  private byte[] pcm(int chunk) {
    return new byte[] {(byte) device.hashCode(), (byte) turns, (byte) chunk, (byte) (chunk >> 8)};
  }
}
