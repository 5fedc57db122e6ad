package dev.parley.dispatcher.flow;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.Json;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.ContextObject;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.message.Event;
import dev.parley.protocol.message.Header;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.turnlog.OwnerClaims;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A flow with a clock and an offset counter, and a ledger that acknowledges when it is told to. */
final class FlowBench {
  static final long OWNER = 7;
  static final Attempt ATTEMPT = new Attempt(OWNER, 1);

  Circuit circuit = Circuit.CLOSED;

  /** Whether a turn that asks goes ahead to see; else another partition's does. */
  boolean grantsTrials = true;

  Optional<Refusal> refusal = Optional.empty();
  final PartitionFlow flow = new PartitionFlow(FlowLimits.DEFAULT, new Random(1));
  final List<Effect> effects = new ArrayList<>();
  final List<LedgerRecord> ledger = new ArrayList<>();
  final Deque<LedgerRecord> unacknowledged = new ArrayDeque<>();
  long now = 1_000_000;
  long offset = 100;
  long ledgerOffset;
  boolean acknowledges = true;

  /** Whether Kafka says where the speech ends when it is asked. */
  boolean tellsEnds = true;

  FlowBench() {
    this(new LedgerView(50));
  }

  FlowBench(LedgerView view) {
    this(view, 0);
  }

  FlowBench(LedgerView view, long speechEnd) {
    ledgerOffset = view.from() + 10;
    view.apply(
        new LedgerRecord.Owner(new Attempt(OWNER, 0), "us"),
        new OwnerClaims.Seen(ledgerOffset - 1, now, now));
    view.readTo(ledgerOffset);
    apply(new Input.TakenOver(OWNER, view, offset, speechEnd));
    effects.clear();
  }

  static TurnId turn(String device, String dialog) {
    return new TurnId(device, dialog, "m-" + dialog);
  }

  List<Effect> apply(Input input) {
    List<Effect> result = flow.apply(input, new Moment(now, circuit, refusal));
    effects.addAll(result);
    for (Effect effect : result) {
      perform(effect);
    }
    if (acknowledges) {
      acknowledge();
    }
    return result;
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.Append append) {
      ledger.add(append.record());
      unacknowledged.add(append.record());
    } else if (effect instanceof Effect.AskSilence ask && tellsEnds) {
      apply(new Input.SilenceEnd(offset, ask.askedMillis()));
    } else if (effect instanceof Effect.TellCircuit tell) {
      circuit = circuit.after(tell.sign());
    } else if (effect instanceof Effect.AskTrial ask && circuit.admits(now)) {
      circuit = circuit.tried(now);
      if (grantsTrials) {
        apply(new Input.Trial(ask.turn(), ask.attempt()));
      }
    }
  }

  /** Acknowledges all that is appended by now, and reads it back. */
  void acknowledge() {
    while (!unacknowledged.isEmpty()) {
      readBack(acknowledgeNext());
    }
  }

  /** Acknowledges what was appended first of what is not acknowledged, at the next offset. */
  LedgerRecord acknowledgeNext() {
    LedgerRecord record = unacknowledged.remove();
    apply(new Input.Appended(record, ledgerOffset++));
    return record;
  }

  /** The record acknowledged last is read, and all before it has been. */
  void readBack(LedgerRecord record) {
    apply(new Input.LedgerSeen(record, ledgerOffset - 1, now));
    apply(new Input.LedgerReadTo(ledgerOffset));
  }

  /** The record, which another has written, is read at the next offset. */
  void seen(LedgerRecord record) {
    ledgerOffset++;
    readBack(record);
  }

  long speech(SpeechRecord record) {
    long at = offset++;
    apply(new Input.Speech(at, now, 0, record));
    return at;
  }

  long begin(TurnId turn) {
    return speech(new SpeechRecord.Begin(turn, "s1", metadata(turn)));
  }

  static byte[] metadata(TurnId turn) {
    return Event.speech(turn.message(), turn.dialog(), "ko")
        .metadata(List.of(ContextObject.VolumeState.of(25, false)));
  }

  long textBegin(TurnId turn) {
    return speech(
        new SpeechRecord.Begin(
            turn, "s1", Event.text(turn.message(), turn.dialog(), "hello").metadata(List.of())));
  }

  /** An event that tells CIC something, and asks nothing. */
  long report(TurnId turn) {
    Header header =
        new Header(
            "SpeechSynthesizer", "SpeechFinished", turn.message(), Optional.of(turn.dialog()));
    return speech(
        new SpeechRecord.Begin(
            turn, "s1", new Event.Other(header, Json.newObject()).metadata(List.of())));
  }

  void audio(TurnId turn, int seq) {
    speech(new SpeechRecord.Audio(turn, "s1", seq, new byte[6_400]));
  }

  void end(TurnId turn, int seq) {
    speech(new SpeechRecord.End(turn, "s1", seq));
  }

  void uploaded(TurnId turn) {
    apply(new Input.Uploaded(turn, ATTEMPT));
  }

  void responseEnded(TurnId turn, int status) {
    apply(new Input.ResponseEnded(turn, ATTEMPT, status, Optional.empty(), 0));
  }

  void answered(TurnId turn, String name) {
    apply(new Input.Answered(turn, ATTEMPT, directive(name, Optional.of(turn.dialog()))));
  }

  void pushed(TurnId turn, String name) {
    apply(new Input.Pushed(turn.device(), directive(name, Optional.of(turn.dialog()))));
  }

  static Directive directive(String fullName, Optional<String> dialog) {
    int dot = fullName.indexOf('.');
    return Directive.of(
        new Header(
            fullName.substring(0, dot), fullName.substring(dot + 1), "d-" + fullName, dialog),
        Json.newObject());
  }

  /** What the ledger says of a turn's end; fails when it is not closed or closed twice. */
  LedgerRecord.TurnClosed closed(TurnId turn) {
    List<LedgerRecord.TurnClosed> all =
        ledger.stream()
            .filter(LedgerRecord.TurnClosed.class::isInstance)
            .map(LedgerRecord.TurnClosed.class::cast)
            .filter(closed -> closed.turn().equals(turn))
            .toList();
    if (all.size() != 1) {
      throw new AssertionError(turn + " is closed " + all.size() + " times");
    }
    return all.getFirst();
  }

  <E extends Effect> List<E> effects(Class<E> type) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
