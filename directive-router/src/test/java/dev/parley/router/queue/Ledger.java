package dev.parley.router.queue;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** A ledger partition written by hand, and what a device's stream says of it. */
final class Ledger {
  static final String DEVICE = "kitchen";
  static final Attempt FIRST = new Attempt(1, 1);

  PartitionQueues queues;
  final List<Effect> effects = new ArrayList<>();
  final List<Delivery> sent = new ArrayList<>();
  private final Limits limits;
  long offset = 100;
  long millis = 1_000_000;

  Ledger() {
    this(Limits.DEFAULT);
  }

  Ledger(Limits limits) {
    this.limits = limits;
    this.queues = new PartitionQueues(limits, 0);
  }

  /** A router that has just started takes over. */
  Ledger restart(long highestOwner) {
    queues = new PartitionQueues(limits, highestOwner);
    return this;
  }

  static TurnId turn(String dialog, String message) {
    return new TurnId(DEVICE, dialog, message);
  }

  Ledger append(LedgerRecord record) {
    return appendAt(record, new At(offset++, millis));
  }

  Ledger appendAt(LedgerRecord record, At at) {
    try {
      take(queues.record(record, at));
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
    return this;
  }

  Ledger input(Input input) {
    take(queues.apply(DEVICE, input));
    return this;
  }

  private void take(List<Effect> more) {
    effects.addAll(more);
    for (Effect effect : more) {
      if (effect instanceof Effect.Send s) {
        sent.add(s.delivery());
      }
    }
  }

  Ledger tick(long later) {
    millis += later;
    queues.tick(millis).forEach(d -> take(d.effects()));
    return this;
  }

  Ledger connect() {
    return input(new Input.Connected(OptionalLong.empty(), Optional.empty(), millis));
  }

  Ledger connectAfter(long cursor) {
    return input(new Input.Connected(OptionalLong.of(cursor), Optional.empty(), millis));
  }

  Ledger ack(long cursor) {
    return input(new Input.Acknowledged(cursor, Optional.empty()));
  }

  Ledger ackMessages(String... ids) {
    return input(new Input.MessagesAcknowledged(Set.of(ids)));
  }

  Ledger owner(long number) {
    return append(new LedgerRecord.Owner(new Attempt(number, 0), "dispatcher-" + number));
  }

  Ledger release(long number, TurnId... finishing) {
    return append(new LedgerRecord.Release(new Attempt(number, 0), List.of(finishing)));
  }

  Ledger renewal(long number) {
    return append(new LedgerRecord.Renewal(new Attempt(number, 0)));
  }

  Ledger begun(TurnId turn, long speechOffset) {
    return begun(turn, FIRST, "SpeechRecognizer.Recognize", speechOffset);
  }

  Ledger begun(TurnId turn, Attempt attempt, String event, long speechOffset) {
    return append(new LedgerRecord.TurnBegun(turn, attempt, event, speechOffset));
  }

  Ledger sent(TurnId turn) {
    return sent(turn, FIRST);
  }

  Ledger sent(TurnId turn, Attempt attempt) {
    return append(new LedgerRecord.TurnSent(turn, attempt, 6400, 1, UploadEnd.STOP_CAPTURE));
  }

  Ledger closed(TurnId turn, TurnStatus status) {
    return closed(turn, FIRST, status);
  }

  Ledger closed(TurnId turn, Attempt attempt, TurnStatus status) {
    return append(
        new LedgerRecord.TurnClosed(
            turn, attempt, status, "test", "as the test has it", Map.of(), Map.of()));
  }

  /** A turn that has been sent, whose dialog is therefore the last. */
  Ledger talking(TurnId turn, long speechOffset) {
    return begun(turn, speechOffset).sent(turn);
  }

  Ledger response(TurnId turn, String name, String messageId, String dialog) {
    return response(turn, FIRST, name, messageId, dialog);
  }

  Ledger response(TurnId turn, Attempt attempt, String name, String messageId, String dialog) {
    return directive(
        Optional.of(turn), attempt, Channel.RESPONSE, json(name, messageId, dialog, ""));
  }

  Ledger downchannel(TurnId turn, String name, String messageId, String dialog) {
    return directive(
        Optional.of(turn), FIRST, Channel.DOWNCHANNEL, json(name, messageId, dialog, ""));
  }

  Ledger pushed(String name, String messageId, String dialog) {
    return directive(
        Optional.empty(),
        new Attempt(1, 0),
        Channel.DOWNCHANNEL,
        json(name, messageId, dialog, ""));
  }

  Ledger directive(Optional<TurnId> turn, Attempt attempt, Channel channel, ObjectNode json) {
    return append(
        new LedgerRecord.DirectiveReceived(DEVICE, turn, attempt, channel, Json.bytes(json)));
  }

  /** An empty dialog means none, an empty content id no attachment. */
  static ObjectNode json(String name, String messageId, String dialog, String contentId) {
    ObjectNode json = Json.newObject();
    ObjectNode header = json.putObject("header");
    header.put("namespace", name.substring(0, name.indexOf('.')));
    header.put("name", name.substring(name.indexOf('.') + 1));
    header.put("messageId", messageId);
    if (!dialog.isEmpty()) {
      header.put("dialogRequestId", dialog);
    }
    ObjectNode payload = json.putObject("payload");
    if (!contentId.isEmpty()) {
      payload.put("url", "cid:" + contentId);
    }
    return json;
  }

  Ledger speak(TurnId turn, Channel channel, String messageId, String contentId) {
    return directive(
        Optional.of(turn),
        FIRST,
        channel,
        json("SpeechSynthesizer.Speak", messageId, turn.dialog(), contentId));
  }

  Ledger attachment(Optional<TurnId> turn, Attempt attempt, String name, String contentId) {
    return append(
        new LedgerRecord.AttachmentBegun(
            DEVICE, turn, attempt, Channel.RESPONSE, name, contentId, "audio/mpeg", 7));
  }

  /** What the stream has carried: messageIds of directives, names of attachments, closed turns. */
  List<String> heard() {
    return sent.stream().map(d -> text(d.message())).toList();
  }

  static String text(Message message) {
    return switch (message) {
      case Message.OfDirective m -> m.made() ? "exception of Parley's" : m.messageId();
      case Message.AttachmentKnown m -> m.attachment().name();
      case Message.OfTurnClosed m -> "closed " + m.closed().turn().message();
    };
  }

  /** {@code reason messageId} of everything discarded. */
  List<String> discarded() {
    return effects.stream()
        .filter(e -> e instanceof Effect.Discarded)
        .map(e -> ((Effect.Discarded) e).discard())
        .map(d -> d.reason() + " " + d.messageId())
        .toList();
  }
}
