package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.standin.ReceivedTurn;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Published;
import dev.parley.trials.chaos.History.Received;
import dev.parley.trials.chaos.History.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Notes down what happens, from any thread. */
final class Recorder {
  private final Map<String, String> devices = new ConcurrentHashMap<>();
  private final Map<TurnId, Boolean> open = new ConcurrentHashMap<>();
  private final Queue<Published> published = new ConcurrentLinkedQueue<>();
  private final Queue<Received> received = new ConcurrentLinkedQueue<>();
  private final Queue<Told> told = new ConcurrentLinkedQueue<>();

  /** The endpoint knows a device by this name. */
  void device(String client, String device) {
    devices.put(client, device);
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
    if (turn.dialogRequestId().isEmpty()) {
      return;
    }
    received.add(
        new Received(
            new TurnId(
                devices.getOrDefault(turn.client().digest(), "nobody"),
                turn.dialogRequestId(),
                turn.messageId()),
            turn.audioBytes(),
            turn.audioSha256(),
            switch (turn.finish()) {
              case CLIENT_END, AFTER_STOP_CAPTURE -> true;
              case ABORTED, REFUSED -> false;
            }));
  }

  /** A device was told something. */
  void told(Told what) {
    told.add(what);
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

  /** All of it, with the ledger. */
  History history(List<Entry> ledger) {
    return new History(
        new ArrayList<>(published), new ArrayList<>(received), ledger, new ArrayList<>(told));
  }
}
