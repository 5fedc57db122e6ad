package dev.parley.trials.model;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.LedgerRecord.DirectiveReceived;
import dev.parley.protocol.record.LedgerRecord.TurnBegun;
import dev.parley.protocol.record.LedgerRecord.TurnClosed;
import dev.parley.protocol.record.LedgerRecord.TurnSent;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import dev.parley.router.queue.Message;
import dev.parley.trials.model.OffsetLog.Entry;
import dev.parley.trials.model.SimulatedRouter.Told;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was promised, told plainly: it knows what was published, what CIC heard and said, what
 * stands in the ledger and what the devices were told, and nothing of how it came about.
 */
final class Oracle {
  private final World world;
  private final Map<TurnId, Published> published = new HashMap<>();

  /** A turn as it stands in the log, up to its first hole. */
  private static final class Published {
    final String source;
    final long offset;
    final List<byte[]> chunks = new ArrayList<>();
    int next = 1;
    boolean ended;
    boolean hasHole;

    Published(String source, long offset) {
      this.source = source;
      this.offset = offset;
    }
  }

  Oracle(World world) {
    this.world = world;
    world.speech.history().forEach(this::publish);
  }

  private void publish(Entry<SpeechRecord> entry) {
    SpeechRecord record = entry.record();
    if (record instanceof SpeechRecord.Begin) {
      published.putIfAbsent(record.turn(), new Published(record.source(), entry.offset()));
      return;
    }
    Published turn = published.get(record.turn());
    if (turn == null || !turn.source.equals(record.source())) {
      return;
    }
    if (record.seq() != turn.next) {
      turn.hasHole |= record.seq() > turn.next;
      return;
    }
    turn.next++;
    switch (record) {
      case SpeechRecord.Audio audio -> turn.chunks.add(audio.pcm());
      case SpeechRecord.End end -> turn.ended = true;
      case SpeechRecord.Cancel cancel -> {}
      case SpeechRecord.Begin begin -> throw new IllegalStateException("has seq 0");
    }
  }

  void check() {
    world.calls.forEach(this::isBeginningOfWhatWasSaid);
    for (TurnId turn : world.accepted.keySet()) {
      if (!world.comeAgain.contains(turn)) {
        turn(turn);
      } else if (!world.counts.isClosed(turn) && !isUnknown(turn)) {
        violate(turn, "is not closed");
      }
    }
  }

  /** Whether retention took it before any owner began it: there is nobody who could know. */
  private boolean isUnknown(TurnId turn) {
    return world.takenAway.contains(turn) && !world.counts.isBegun(turn);
  }

  private void isBeginningOfWhatWasSaid(SimulatedCall call) {
    Published turn = published(call.turn);
    boolean holds = call.heard.size() <= turn.chunks.size();
    for (int i = 0; holds && i < call.heard.size(); i++) {
      holds = Arrays.equals(call.heard.get(i), turn.chunks.get(i));
    }
    if (!holds) {
      violate(call.turn, "CIC heard in " + call.attempt + " what was not said so");
    }
  }

  private void turn(TurnId turn) {
    Optional<Entry<TurnClosed>> closed = closedOnce(turn);
    List<Told> told = toldFirst(turn);
    List<Told> toldClosed =
        told.stream().filter(t -> t.message() instanceof Message.OfTurnClosed).toList();
    List<String> heard = heard(turn, told);
    if (closed.isEmpty()) {
      if (!isUnknown(turn)) {
        violate(turn, "is not closed");
      }
      return;
    }
    TurnClosed end = closed.get().record();
    boolean hasHole = published(turn).hasHole || world.takenAway.contains(turn);
    if (end.reason().equals("gap") && !hasHole) {
      violate(turn, "is closed for a gap that the log has not");
    }
    world.count("closed: " + end.reason());
    if (world.counts.wasReleased(turn)) {
      world.count("released, then " + end.reason());
    }
    if (toldClosed.size() != 1) {
      violate(turn, "its device was told of its end " + toldClosed.size() + " times");
    } else if (!((Message.OfTurnClosed) toldClosed.getFirst().message())
        .closed()
        .attempt()
        .equals(end.attempt())) {
      violate(turn, "its device was told of another end than the ledger's");
    } else if (end.status() == TurnStatus.OK) {
      wasHeardWhole(turn, end);
      isToldWhole(turn, end, heard, toldClosed.getFirst().ledgerRead());
    }
  }

  private Optional<Entry<TurnClosed>> closedOnce(TurnId turn) {
    Entry<TurnClosed> closed = null;
    for (var entry : world.counts.of(turn)) {
      boolean begins = entry.record() instanceof TurnBegun;
      if (closed != null && (begins || entry.record() instanceof TurnClosed)) {
        violate(
            turn,
            (begins ? "begins again at " : "is closed again at ")
                + entry.offset()
                + ", closed at "
                + closed.offset());
      } else if (entry.record() instanceof TurnClosed record) {
        closed = new Entry<>(entry.offset(), entry.millis(), record);
      }
    }
    return Optional.ofNullable(closed);
  }

  /** What its device was told of a turn; repeats on a later stream are left out. */
  private List<Told> toldFirst(TurnId turn) {
    Map<String, Integer> streams = new HashMap<>();
    List<Told> first = new ArrayList<>();
    for (Told told : world.router.told(turn.device())) {
      boolean about =
          switch (told.message()) {
            case Message.OfDirective d -> d.turn().filter(turn::equals).isPresent();
            case Message.OfTurnClosed c -> c.closed().turn().equals(turn);
            case Message.AttachmentKnown a -> false;
          };
      if (about
          && streams.computeIfAbsent(name(told.message()), n -> told.stream()) == told.stream()) {
        first.add(told);
      }
    }
    return first;
  }

  private static String name(Message message) {
    return message instanceof Message.OfDirective d ? d.messageId() : "closed";
  }

  /** The directives of the response that the device had: of one attempt, in order, each once. */
  private List<String> heard(TurnId turn, List<Told> told) {
    List<String> heard = new ArrayList<>();
    boolean closed = false;
    for (Told t : told) {
      switch (t.message()) {
        case Message.OfTurnClosed c -> closed = true;
        case Message.OfDirective d -> {
          if (closed) {
            violate(turn, "its device was told " + d.messageId() + " after the end");
          }
          if (!d.made()) {
            heard.add(d.messageId());
          }
        }
        case Message.AttachmentKnown a -> {}
      }
    }
    Set<String> ids = new LinkedHashSet<>(heard);
    if (ids.size() < heard.size()) {
      violate(turn, "its device was told twice: " + heard);
    }
    if (!counted(turn).containsAll(ids)) {
      violate(turn, "its device was told what does not count: " + heard);
    }
    heard.removeIf(id -> id.startsWith("s-")); // Capture control overtakes.
    if (!heard.isEmpty() && world.calls.stream().noneMatch(c -> isOf(heard, c, turn))) {
      violate(turn, "its device was told " + heard + ", which no attempt's response said so");
    }
    return heard;
  }

  /** Whether all of it is of that response, in its order. */
  private static boolean isOf(List<String> heard, SimulatedCall call, TurnId turn) {
    List<String> said = new ArrayList<>(call.said);
    said.retainAll(heard);
    return call.turn.equals(turn) && said.equals(heard);
  }

  private Set<String> counted(TurnId turn) {
    Set<String> ids = new HashSet<>();
    for (var entry : world.counts.of(turn)) {
      if (entry.record() instanceof DirectiveReceived directive) {
        try {
          ids.add(Directive.parse(directive.json()).header().messageId());
        } catch (MalformedException e) {
          throw new AssertionError(e);
        }
      }
    }
    return ids;
  }

  /** The attempt that closed it well brought all that it says to CIC. */
  private void wasHeardWhole(TurnId turn, TurnClosed end) {
    Optional<TurnSent> sent =
        world.counts.of(turn).stream()
            .filter(e -> e.record() instanceof TurnSent s && s.attempt().equals(end.attempt()))
            .map(e -> (TurnSent) e.record())
            .findFirst();
    Optional<SimulatedCall> call = call(turn, end.attempt());
    if (sent.isEmpty() && call.filter(SimulatedCall::isRefused).isPresent()) {
      world.count("answered in full and heard in part");
      return;
    }
    if (sent.isEmpty() || call.isEmpty() || !call.get().isUploaded()) {
      violate(turn, "is closed well and was not sent");
      return;
    }
    int chunks = call.get().heard.size();
    if (sent.get().audioChunks() != chunks) {
      violate(turn, "CIC heard " + chunks + " chunks, the ledger says " + sent.get());
    }
    Published said = published(turn);
    boolean byEnd = sent.get().endedBy() == UploadEnd.END && said.ended;
    if (byEnd && chunks > 0 && chunks != said.chunks.size()) {
      violate(turn, "ended by end after " + chunks + " of " + said.chunks.size() + " chunks");
    }
    world.count("ended by " + sent.get().endedBy());
  }

  /** All that CIC said in that attempt, unless a newer dialog took its place before (C29, C30). */
  private void isToldWhole(TurnId turn, TurnClosed end, List<String> heard, long ledgerRead) {
    List<String> said = call(turn, end.attempt()).map(c -> c.said).orElse(List.of());
    if (heard.equals(said)) {
      return;
    }
    if (isSuperseded(turn, ledgerRead)) {
      world.count("superseded");
    } else {
      violate(turn, "its device was told " + heard + " where CIC said " + said);
    }
  }

  private boolean isSuperseded(TurnId turn, long ledgerRead) {
    return world.accepted.keySet().stream()
        .filter(other -> other.device().equals(turn.device()))
        .filter(other -> !other.dialog().equals(turn.dialog()))
        .filter(other -> published(other).offset > published(turn).offset)
        .flatMap(other -> world.counts.of(other).stream())
        .anyMatch(e -> e.offset() < ledgerRead && isSent(e));
  }

  private static boolean isSent(Entry<?> entry) {
    return entry.record() instanceof TurnSent
        || (entry.record() instanceof TurnClosed c && c.status() == TurnStatus.OK);
  }

  private Optional<SimulatedCall> call(TurnId turn, Attempt attempt) {
    return world.calls.stream()
        .filter(c -> c.turn.equals(turn) && c.attempt.equals(attempt))
        .findFirst();
  }

  private Published published(TurnId turn) {
    Published found = published.get(turn);
    if (found == null) {
      throw new IllegalStateException("never published: " + turn);
    }
    return found;
  }

  private void violate(TurnId turn, String what) {
    world.violate(turn + ": " + what);
  }
}
