package dev.parley.trials.chaos;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Sent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The directives of turns that devices must be given, by the ledger's records that count: a second
 * reading of the two slots (C21 to C31). What is not among them has a reason: another attempt
 * answers in its stead, its dialog was not the last any more, its send was never completed, or its
 * turn was over.
 */
final class DueDirectives {
  private static final Set<String> CAPTURE_CONTROL =
      Set.of(
          "SpeechRecognizer.StopCapture",
          "SpeechRecognizer.KeepRecording",
          "SpeechRecognizer.ShowRecognizedText");
  private static final Set<String> RECOGNIZE =
      Set.of("SpeechRecognizer.Recognize", "TextRecognizer.Recognize");
  private static final String DELEGATED = "Clova.ProcessDelegatedEvent";
  private static final String EXCEPTION = "System.Exception";

  private final Map<String, Slots> devices = new HashMap<>();
  private final List<Due> due = new ArrayList<>();

  /** A directive that its device must be given. */
  static final class Due {
    private final Entry entry;
    private final Sent directive;
    private final TurnId turn;
    private Optional<Entry> withdrawn = Optional.empty();

    private Due(Entry entry) {
      this.entry = entry;
      this.directive = entry.directive().orElseThrow();
      this.turn = entry.turn().orElseThrow();
    }

    /** The record of it. */
    Entry entry() {
      return entry;
    }

    Sent directive() {
      return directive;
    }

    TurnId turn() {
      return turn;
    }

    /** From which record on it goes, should the device not have taken it by then. */
    Optional<Entry> withdrawn() {
      return withdrawn;
    }
  }

  /** A turn that has begun and is not closed. */
  private static final class Open {
    private final TurnId id;
    private final String event;
    private final long speechOffset;
    private final List<Entry> waiting = new ArrayList<>();
    private Attempt attempt;
    private boolean sent;

    private Open(LedgerRecord.TurnBegun begun) {
      this.id = begun.turn();
      this.event = begun.event();
      this.speechOffset = begun.speechOffset();
      this.attempt = begun.attempt();
    }

    boolean takesSlot() {
      return RECOGNIZE.contains(event);
    }
  }

  /** A device's open turns, and its last dialog. */
  private final class Slots {
    private final Map<TurnId, Open> open = new LinkedHashMap<>();
    private final Set<TurnId> closed = new HashSet<>();
    private final List<Due> standing = new ArrayList<>();
    private Optional<String> last = Optional.empty();
    private long lastOffset = -1;

    void begun(LedgerRecord.TurnBegun record) {
      Open turn = open.get(record.turn());
      if (turn == null) {
        if (!closed.contains(record.turn())) {
          open.put(record.turn(), new Open(record));
        }
      } else if (record.attempt().compareTo(turn.attempt) > 0) {
        turn.attempt = record.attempt();
        turn.sent = false;
        turn.waiting.clear();
      }
    }

    void sent(LedgerRecord.TurnSent record, Entry entry) {
      Open turn = open.get(record.turn());
      if (turn != null && turn.attempt.equals(record.attempt())) {
        sent(turn, entry);
      }
    }

    private void sent(Open turn, Entry entry) {
      turn.sent = true;
      if (turn.takesSlot() && turn.speechOffset >= lastOffset) {
        Optional<String> replaced = last.filter(dialog -> !dialog.equals(turn.id.dialog()));
        withdraw(due -> replaced.isPresent() && due.directive.dialog().equals(replaced), entry);
        last = Optional.of(turn.id.dialog());
        lastOffset = turn.speechOffset;
      }
      for (Entry waiting : turn.waiting) {
        if (turn.event.equals(DELEGATED) || isLast(dialog(waiting))) {
          give(waiting);
        }
      }
      turn.waiting.clear();
    }

    private void withdraw(java.util.function.Predicate<Due> which, Entry by) {
      standing.removeIf(due -> {
        boolean goes = which.test(due);
        if (goes) {
          due.withdrawn = Optional.of(by);
        }
        return goes;
      });
    }

    private void give(Entry entry) {
      Due given = new Due(entry);
      due.add(given);
      standing.add(given);
    }

    private boolean isLast(Optional<String> dialog) {
      return dialog.isPresent() && dialog.equals(last);
    }

    private Optional<Open> inFlight() {
      return open.values().stream()
          .filter(turn -> turn.takesSlot() && !turn.sent && turn.speechOffset >= lastOffset)
          .max(java.util.Comparator.comparingLong(turn -> turn.speechOffset));
    }

    void received(LedgerRecord.DirectiveReceived record, Entry entry) {
      Open turn = record.turn().map(open::get).orElse(null);
      if (turn == null || !turn.attempt.equals(record.attempt())) {
        return;
      }
      Optional<String> dialog = dialog(entry);
      Optional<Open> inFlight =
          inFlight().filter(flying -> dialog.equals(Optional.of(flying.id.dialog())));
      if (dialog.isEmpty()) {
        give(entry);
      } else if (CAPTURE_CONTROL.contains(entry.directive().orElseThrow().name())) {
        if (inFlight.isPresent() || isLast(dialog)) {
          give(entry);
        }
      } else if (turn.takesSlot() && !turn.sent && dialog.get().equals(turn.id.dialog())) {
        turn.waiting.add(entry);
      } else if (isLast(dialog)) {
        give(entry);
      } else if (inFlight.isPresent()) {
        inFlight.get().waiting.add(entry);
      } else if (record.channel() == Channel.RESPONSE && turn.event.equals(DELEGATED)) {
        if (turn.sent) {
          give(entry);
        } else {
          turn.waiting.add(entry);
        }
      }
    }

    void closed(LedgerRecord.TurnClosed record, Entry entry) {
      Open turn = open.get(record.turn());
      if (closed.contains(record.turn())
          || (turn != null && record.attempt().compareTo(turn.attempt) < 0)) {
        return;
      }
      if (turn != null) {
        if (record.status() == TurnStatus.OK && !turn.sent) {
          sent(turn, entry);
        }
        turn.waiting.stream()
            .filter(waiting -> waiting.directive().orElseThrow().name().equals(EXCEPTION))
            .forEach(this::give);
      }
      withdraw(
          due -> due.turn.equals(record.turn()) && CAPTURE_CONTROL.contains(due.directive.name()),
          entry);
      open.remove(record.turn());
      closed.add(record.turn());
    }
  }

  private static Optional<String> dialog(Entry entry) {
    return entry.directive().orElseThrow().dialog();
  }

  /** Reads what counts, each partition in its order. */
  DueDirectives(List<Entry> counted) {
    counted.forEach(this::read);
  }

  private void read(Entry entry) {
    switch (entry.record()) {
      case LedgerRecord.TurnBegun r -> slots(r.turn().device()).begun(r);
      case LedgerRecord.TurnSent r -> slots(r.turn().device()).sent(r, entry);
      case LedgerRecord.DirectiveReceived r -> slots(r.device()).received(r, entry);
      case LedgerRecord.TurnClosed r -> slots(r.turn().device()).closed(r, entry);
      case LedgerRecord.Owner _,
          LedgerRecord.Release _,
          LedgerRecord.Renewal _,
          LedgerRecord.TurnLeft _,
          LedgerRecord.AttachmentBegun _,
          LedgerRecord.AttachmentEnded _ -> {
        // They decide about no directive.
      }
    }
  }

  private Slots slots(String device) {
    return devices.computeIfAbsent(device, _ -> new Slots());
  }

  /** All of them, in the ledger's order of what releases them. */
  List<Due> all() {
    return List.copyOf(due);
  }
}
