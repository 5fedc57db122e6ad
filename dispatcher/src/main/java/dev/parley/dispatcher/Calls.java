package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.EventCall;
import dev.parley.dispatcher.cic.HeldBytes;
import dev.parley.dispatcher.flow.Effect;
import dev.parley.protocol.TurnId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The requests that a {@link Tenure} has under way. The partition's thread. */
final class Calls {
  /**
   * A stalled stream holds up its connection's window, so it is not waited for as long as a turn
   * is.
   */
  private static final Duration STUCK = Duration.ofSeconds(1);

  private final DispatcherParts parts;
  private final DeviceLinks links;
  private final Inbox inbox;
  private final Predicate<String> hasOpenTurn;
  private final Map<TurnId, EventCall> calls = new HashMap<>();

  /**
   * None yet.
   *
   * @param inbox told what comes of them
   * @param hasOpenTurn whether a device's link is needed
   */
  Calls(DispatcherParts parts, DeviceLinks links, Inbox inbox, Predicate<String> hasOpenTurn) {
    this.parts = parts;
    this.links = links;
    this.inbox = inbox;
    this.hasOpenTurn = hasOpenTurn;
  }

  void begin(Effect.Request request) {
    TurnId turn = request.turn();
    calls.put(
        turn,
        links
            .of(turn.device(), hasOpenTurn)
            .begin(
                turn,
                request.attempt(),
                request.metadata(),
                new AttemptListener(turn, request.attempt(), inbox, parts.metrics())));
  }

  void send(Effect.Send send) {
    EventCall call = calls.get(send.turn());
    if (call != null) {
      parts.metrics().chunkSent();
      if (!call.send(send.pcm())) {
        call.overflow();
      }
      HeldBytes held = parts.cic().held();
      if (held.isOver()) {
        held.shed();
      }
    }
  }

  void finish(TurnId turn) {
    of(turn).ifPresent(EventCall::finish);
  }

  void abort(TurnId turn) {
    of(turn).ifPresent(EventCall::abort);
  }

  void leave(TurnId turn) {
    forget(turn).ifPresent(EventCall::abort);
  }

  /** The turn has no use for it any more. */
  Optional<EventCall> forget(TurnId turn) {
    return Optional.ofNullable(calls.remove(turn));
  }

  private Optional<EventCall> of(TurnId turn) {
    return Optional.ofNullable(calls.get(turn));
  }

  /** Gives those up that CIC takes nothing of; returns how many bytes wait for it in all. */
  long check() {
    long held = 0;
    for (EventCall call : calls.values()) {
      call.checkProgress(STUCK);
      held += call.heldBytes();
    }
    return held;
  }

  void abortAll() {
    try {
      calls.values().forEach(EventCall::abort);
    } finally {
      calls.clear();
    }
  }
}
