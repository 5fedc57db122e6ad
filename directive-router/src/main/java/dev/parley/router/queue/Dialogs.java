package dev.parley.router.queue;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The device's open turns and its two slots.
 *
 * <pre>
 *   turn-begun ──► in flight ── turn-sent ──► last ── another turn-sent ──► (superseded)
 *                      └── turn-closed without turn-sent: last stays as it was
 * </pre>
 *
 * <i>In flight</i> is the newest turn, by speech offset, whose event is still being sent; its
 * dialog admits capture control at once and other directives to a wait. <i>Last</i> is the dialog
 * whose event was sent most recently, again by speech offset; its directives are queued.
 */
final class Dialogs {
  private final Map<TurnId, Turn> open = new LinkedHashMap<>();
  private final Map<TurnId, Boolean> closed;
  private Optional<Last> last;

  /** The last dialog id, and where the {@code begin} of the turn that set it stands. */
  record Last(String dialog, long speechOffset) {}

  Dialogs(int closedTurns, Optional<Last> last) {
    this.closed = new Bounded<>(closedTurns);
    this.last = last;
  }

  Optional<Last> last() {
    return last;
  }

  Optional<Turn> inFlight() {
    long floor = last.map(Last::speechOffset).orElse(Long.MIN_VALUE);
    return open.values().stream()
        .filter(t -> t.takesSlot() && !t.sent && t.speechOffset >= floor)
        .max(Comparator.comparingLong(t -> t.speechOffset));
  }

  Optional<Turn> open(TurnId turn) {
    return Optional.ofNullable(open.get(turn));
  }

  boolean isClosed(TurnId turn) {
    return closed.containsKey(turn);
  }

  void begin(Turn turn) {
    open.put(turn.id, turn);
  }

  void close(TurnId turn) {
    open.remove(turn);
    closed.put(turn, true);
  }

  boolean hasOpen() {
    return !open.isEmpty();
  }

  /** Where the story of the oldest open turn begins in the ledger. */
  OptionalLong firstOffset() {
    return open.values().stream().mapToLong(t -> t.firstOffset).min();
  }

  /**
   * The turn has been sent completely: its dialog becomes the last one, unless a newer turn's has
   * done so before (C28).
   *
   * @return the dialog that it replaces, whose queue goes (C29); empty when there is none, or when
   *     it is the same dialog (C25)
   */
  Optional<String> sent(Turn turn) {
    turn.sent = true;
    if (!turn.takesSlot() || (last.isPresent() && last.get().speechOffset() > turn.speechOffset)) {
      return Optional.empty();
    }
    Optional<String> replaced = last.map(Last::dialog).filter(d -> !d.equals(turn.id.dialog()));
    last = Optional.of(new Last(turn.id.dialog(), turn.speechOffset));
    return replaced;
  }

  boolean isLast(String dialog) {
    return last.isPresent() && last.get().dialog().equals(dialog);
  }

  /** Decides about a directive of an admitted owner that is no duplicate. */
  Verdict judge(LedgerRecord.DirectiveReceived record, Directive directive) {
    Optional<Turn> turn = Optional.empty();
    if (record.turn().isPresent()) {
      turn = open(record.turn().get());
      if (turn.isEmpty()) {
        return new Verdict.Discard(isClosed(record.turn().get()) ? Reason.STALE : Reason.UNKNOWN);
      }
      if (!turn.get().attempt.equals(record.attempt())) {
        return new Verdict.Discard(Reason.OTHER_ATTEMPT);
      }
    }
    Optional<String> dialog = directive.header().dialogRequestId();
    if (dialog.isEmpty()) {
      return new Verdict.Overtake();
    }
    Optional<Turn> inFlight = inFlight().filter(t -> t.id.dialog().equals(dialog.get()));
    if (directive.isCaptureControl()) {
      return inFlight.isPresent() || isLast(dialog.get()) ? new Verdict.Overtake() : foreign();
    }
    return content(record.channel(), turn, dialog.get(), inFlight);
  }

  private Verdict content(
      Channel channel, Optional<Turn> turn, String dialog, Optional<Turn> inFlight) {
    Optional<Turn> own = turn.filter(t -> t.takesSlot() && t.id.dialog().equals(dialog));
    if (own.isPresent() && !own.get().sent) {
      return new Verdict.AwaitSent(own.get());
    }
    if (isLast(dialog)) {
      return new Verdict.Enqueue();
    }
    if (inFlight.isPresent()) {
      return new Verdict.AwaitSent(inFlight.get());
    }
    if (channel == Channel.RESPONSE && turn.isPresent() && turn.get().isDelegated()) {
      return turn.get().sent ? new Verdict.Enqueue() : new Verdict.AwaitSent(turn.get());
    }
    return foreign();
  }

  /** C30; an honest reason where a restart has left us without any dialog to compare with. */
  private Verdict foreign() {
    return new Verdict.Discard(
        last.isEmpty() && inFlight().isEmpty() ? Reason.UNKNOWN : Reason.STALE);
  }
}
