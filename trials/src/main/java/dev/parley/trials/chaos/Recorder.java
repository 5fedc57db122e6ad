package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.standin.ReceivedTurn;
import dev.parley.trials.chaos.History.Acknowledged;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Fetched;
import dev.parley.trials.chaos.History.Judged;
import dev.parley.trials.chaos.History.Published;
import dev.parley.trials.chaos.History.Pushed;
import dev.parley.trials.chaos.History.Received;
import dev.parley.trials.chaos.History.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Notes down what happens, from any thread. */
final class Recorder {
  /** Stands for a client, dialog or message that the endpoint could not make out. */
  private static final String NOBODY = "nobody";

  private final Map<String, String> devices = new ConcurrentHashMap<>();
  private final Map<TurnId, Boolean> open = new ConcurrentHashMap<>();
  private final Queue<Published> published = new ConcurrentLinkedQueue<>();
  private final Queue<Received> received = new ConcurrentLinkedQueue<>();
  private final Queue<Told> told = new ConcurrentLinkedQueue<>();
  private final Queue<Pushed> pushed = new ConcurrentLinkedQueue<>();
  private final Queue<Stream> streams = new ConcurrentLinkedQueue<>();
  private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
  private final Queue<Fetched> fetched = new ConcurrentLinkedQueue<>();
  private final Set<String> untold = ConcurrentHashMap.newKeySet();

  /** The endpoint knows a device by this name. */
  void device(String client, String device) {
    devices.put(client, device);
  }

  /** The device that the endpoint knows by this name. */
  String device(String client) {
    return devices.getOrDefault(client, NOBODY);
  }

  /** Kafka has a turn's begin. */
  void accepted(TurnId turn) {
    open.put(turn, true);
  }

  /** No more of the turn will be published. */
  void published(Published turn) {
    published.add(turn);
  }

  /** The endpoint has had an upload. */
  void received(ReceivedTurn turn) {
    received.add(
        new Received(
            new TurnId(
                device(turn.client().digest()),
                known(turn.dialogRequestId()),
                known(turn.messageId())),
            turn.audioBytes(),
            turn.audioSha256(),
            turn.chunksSha256(),
            switch (turn.finish()) {
              case CLIENT_END, AFTER_STOP_CAPTURE -> true;
              case ABORTED, REFUSED -> false;
            }));
  }

  private static String known(String id) {
    return id.isEmpty() ? NOBODY : id;
  }

  /** The endpoint is about to send this, if it can. */
  void pushes(String messageId) {
    untold.add(messageId);
  }

  /** The endpoint could not send it: the device has no downchannel. */
  void notPushed(String messageId) {
    untold.remove(messageId);
  }

  /** The endpoint has sent something by itself. */
  void pushed(Pushed push) {
    pushed.add(push);
  }

  /** A device was told something. */
  void told(Told what) {
    told.add(what);
    untold.remove(what.name());
  }

  /** How many of the endpoint's own have not been told to their devices. */
  int untoldPushes() {
    return untold.size();
  }

  /** A device's stream is over. */
  void stream(Stream stream) {
    streams.add(stream);
  }

  /** A device has acknowledged something. */
  void acknowledged(Acknowledged cursor) {
    acknowledged.add(cursor);
  }

  /** A device has fetched an attachment, or has not got it. */
  void fetched(Fetched attachment) {
    fetched.add(attachment);
  }

  /** The device need not wait for the turn any more. */
  void over(TurnId turn) {
    open.remove(turn);
  }

  /** Turns that were accepted and of whose end their device knows nothing. */
  Set<TurnId> open() {
    return Set.copyOf(open.keySet());
  }

  /** How many of these there are. */
  int openTurns() {
    return open.size();
  }

  /** How many turns have been spoken to their end. */
  int publishedTurns() {
    return published.size();
  }

  /** All of it, with what others have to say. */
  History history(List<Injection> injected, List<Judged> judged, List<Entry> ledger) {
    return new History(
        injected,
        new ArrayList<>(published),
        new ArrayList<>(pushed),
        new ArrayList<>(received),
        judged,
        ledger,
        new ArrayList<>(streams),
        new ArrayList<>(told),
        new ArrayList<>(acknowledged),
        new ArrayList<>(fetched));
  }
}
