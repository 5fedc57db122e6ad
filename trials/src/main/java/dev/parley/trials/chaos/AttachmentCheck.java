package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord.AttachmentBegun;
import dev.parley.protocol.record.LedgerRecord.AttachmentEnded;
import dev.parley.protocol.record.LedgerRecord.TurnClosed;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Fetched;
import dev.parley.trials.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Attachments: those of a turn that went well have come to their end whole and are, in chaos, the
 * audio that was sent; a device is told where each is that a directive of its names, and fetches it
 * as the ledger has it.
 */
final class AttachmentCheck {
  private final HistoryIndex index;
  private final UploadCheck uploads;
  private final List<Violation> violations;
  private final Map<String, Entry> ended = new HashMap<>();
  private final Map<String, Entry> endedByAnybody = new HashMap<>();
  private final Map<String, Entry> begun = new HashMap<>();

  /** Attachments by what names them: device, attempt, turn and Content-ID. */
  private final Map<Named, Entry> named = new HashMap<>();

  /** What devices were told of, by device and name; each with its turn's messageId. */
  private final Map<String, String> offered = new LinkedHashMap<>();

  /** For which directives they were told of them: device, messageId, name. */
  private final Set<String> told = new HashSet<>();

  private record Named(TurnId turn, dev.parley.protocol.Attempt attempt, String contentId) {}

  AttachmentCheck(HistoryIndex index, UploadCheck uploads, List<Violation> violations) {
    this.index = index;
    this.uploads = uploads;
    this.violations = violations;
    for (Entry entry : index.counted().all()) {
      if (entry.record() instanceof AttachmentBegun a) {
        begun.put(key(a.device(), a.attachment()), entry);
        a.turn().ifPresent(turn -> named.put(new Named(turn, a.attempt(), a.contentId()), entry));
      } else if (entry.record() instanceof AttachmentEnded a) {
        ended.put(key(a.device(), a.attachment()), entry);
      }
    }
    for (Entry entry : index.history().ledger()) {
      if (entry.record() instanceof AttachmentEnded a) {
        endedByAnybody.put(key(a.device(), a.attachment()), entry);
      }
    }
    for (Told each : index.history().told()) {
      if (each instanceof Told.Directive d) {
        d.attachments().values().forEach(name -> offer(d, d.messageId(), name));
      } else if (each instanceof Told.Attachment a) {
        offer(a, a.messageId(), a.attachment());
      }
    }
  }

  private void offer(Told by, String messageId, String name) {
    offered.put(key(by.device(), name), by.turn());
    told.add(key(by.device(), messageId + " " + name));
  }

  private static String key(String device, String name) {
    return device + "/" + name;
  }

  /**
   * Checks them.
   *
   * @param due what devices must have been given
   */
  void run(List<DueDirectives.Due> due) {
    begun.values().forEach(this::wellEnded);
    due.forEach(this::isOffered);
    fetched();
  }

  /** Of a turn that went well, by the attempt that did. */
  private void wellEnded(Entry entry) {
    AttachmentBegun attachment = (AttachmentBegun) entry.record();
    Optional<TurnClosed> closed =
        attachment
            .turn()
            .flatMap(index.counted()::closedWell)
            .filter(end -> end.attempt().equals(attachment.attempt()));
    if (closed.isEmpty()) {
      return;
    }
    TurnId turn = closed.get().turn();
    Entry end = ended.get(key(attachment.device(), attachment.attachment()));
    String which = "attachment " + attachment.attachment() + ", begun at " + entry.place();
    if (end == null) {
      violate(Kind.UNENDED, turn, which + ", has no end");
      return;
    }
    AttachmentEnded last = (AttachmentEnded) end.record();
    Set<String> sent = uploads.won(turn, closed.get());
    if (!last.whole()) {
      violate(Kind.BROKEN, turn, which + ", broke off at " + end.place());
    } else if (last.length() > 0 && !sent.isEmpty() && !sent.contains(last.sha256())) {
      violate(
          Kind.ECHO,
          turn,
          which + ", is not the audio that attempt " + attachment.attempt() + " sent");
    }
  }

  /** Where an attachment is that begins before its directive's dialog is over. */
  private void isOffered(DueDirectives.Due due) {
    String device = due.turn().device();
    for (String contentId : due.directive().contentIds()) {
      Entry entry = named.get(new Named(due.turn(), due.entry().record().attempt(), contentId));
      if (entry == null || due.withdrawn().filter(w -> w.offset() < entry.offset()).isPresent()) {
        continue;
      }
      String name = ((AttachmentBegun) entry.record()).attachment();
      if (!told.contains(key(device, due.directive().messageId() + " " + name))
          && index.listened(device, entry.millis())) {
        violate(
            Kind.LOST,
            due.turn(),
            "%s was not told of attachment %s of %s, begun at %s"
                .formatted(device, name, due.directive(), entry.place()));
      }
    }
  }

  private void fetched() {
    Map<String, Fetched> byKey = new HashMap<>();
    for (Fetched fetched : index.history().fetched()) {
      String key = key(fetched.device(), fetched.attachment());
      Optional<TurnId> turn = index.turn(fetched.device(), fetched.turn());
      if (!offered.containsKey(key)) {
        violations.add(
            new Violation(Kind.FOREIGN, turn, key + " was fetched, and nobody was told of it"));
      } else if (byKey.put(key, fetched) != null) {
        violations.add(new Violation(Kind.DOUBLED, turn, key + " was fetched twice"));
      } else {
        compare(fetched, turn);
      }
    }
    List<String> missing = new ArrayList<>(offered.keySet());
    missing.removeAll(byKey.keySet());
    for (String key : missing) {
      String device = key.substring(0, key.indexOf('/'));
      violations.add(
          new Violation(
              Kind.UNFETCHED,
              index.turn(device, offered.getOrDefault(key, "")),
              key + " was told of, and nothing came of fetching it"));
    }
  }

  private void compare(Fetched fetched, Optional<TurnId> turn) {
    String key = key(fetched.device(), fetched.attachment());
    String what =
        "%s as fetched (status %d, %d bytes%s)"
            .formatted(
                key, fetched.status(), fetched.bytes(), fetched.whole() ? "" : ", broken off");
    Entry end = ended.getOrDefault(key, endedByAnybody.get(key));
    boolean whole = end != null && ((AttachmentEnded) end.record()).whole();
    if (!begun.containsKey(key)) {
      return; // Told of, though it does not count: found where it was told.
    }
    if (end == null) {
      // Killed between its last piece and the record of it: the pieces say whether it is whole.
      if (fetched.whole()
          && fetched.bytes() > 0
          && turn.filter(t -> !uploads.heard(t).contains(fetched.sha256())).isPresent()) {
        violations.add(
            new Violation(
                Kind.ECHO, turn, what + " is no audio that the endpoint had of its turn"));
      }
      return;
    }
    if (!whole) {
      if (fetched.whole()) {
        violations.add(
            new Violation(Kind.UNFETCHED, turn, what + " looks whole, but it broke off"));
      }
      return;
    }
    AttachmentEnded last = (AttachmentEnded) end.record();
    if (!fetched.whole() || fetched.bytes() != last.length()) {
      // One that nobody ended who counts may not be to be had.
      if (ended.containsKey(key)) {
        violations.add(
            new Violation(
                Kind.UNFETCHED, turn, what + " has " + last.length() + " at " + end.place()));
      }
    } else if (!fetched.sha256().equals(last.sha256())) {
      violations.add(new Violation(Kind.ECHO, turn, what + " is another than at " + end.place()));
    }
  }

  private void violate(Kind kind, TurnId turn, String evidence) {
    violations.add(Violation.of(kind, turn, evidence));
  }
}
