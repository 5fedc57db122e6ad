package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Published;
import dev.parley.trials.chaos.History.Stream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A history, by what is looked for in it. */
final class HistoryIndex {
  private final History history;
  private final CountedLedger counted;
  private final Map<TurnId, Published> published = new HashMap<>();
  private final Map<String, TurnId> turns = new HashMap<>();
  private final Map<String, List<Stream>> streams = new HashMap<>();
  private final Map<String, Integer> partitions = new HashMap<>();
  private final Map<String, Entry> directives = new HashMap<>();
  private final Map<String, Entry> countedDirectives = new HashMap<>();
  private final Map<String, Entry> countedAttachments = new HashMap<>();

  HistoryIndex(History history) {
    this.history = history;
    this.counted = new CountedLedger(history.ledger());
    for (Published turn : history.published()) {
      published.put(turn.turn(), turn);
      turns.put(key(turn.turn().device(), turn.turn().message()), turn.turn());
    }
    for (Stream stream : history.streams()) {
      streams.computeIfAbsent(stream.device(), _ -> new ArrayList<>()).add(stream);
    }
    for (Entry entry : history.ledger()) {
      entry.directive().ifPresent(sent -> directives.putIfAbsent(sent.messageId(), entry));
      device(entry.record()).ifPresent(device -> partitions.put(device, entry.partition()));
    }
    for (Entry entry : counted.all()) {
      entry.directive().ifPresent(sent -> countedDirectives.putIfAbsent(sent.messageId(), entry));
      if (entry.record() instanceof LedgerRecord.AttachmentBegun begun) {
        countedAttachments.putIfAbsent(key(begun.device(), begun.attachment()), entry);
      }
    }
  }

  private static String key(String device, String id) {
    return device + "/" + id;
  }

  /** The device that a record is about, if it is about one. */
  static Optional<String> device(LedgerRecord record) {
    return switch (record) {
      case LedgerRecord.DirectiveReceived d -> Optional.of(d.device());
      case LedgerRecord.AttachmentBegun a -> Optional.of(a.device());
      case LedgerRecord.AttachmentEnded a -> Optional.of(a.device());
      case LedgerRecord.TurnBegun t -> Optional.of(t.turn().device());
      case LedgerRecord.TurnSent t -> Optional.of(t.turn().device());
      case LedgerRecord.TurnClosed t -> Optional.of(t.turn().device());
      case LedgerRecord.TurnLeft t -> Optional.of(t.turn().device());
      case LedgerRecord.Owner _, LedgerRecord.Release _, LedgerRecord.Renewal _ -> Optional.empty();
    };
  }

  History history() {
    return history;
  }

  CountedLedger counted() {
    return counted;
  }

  boolean isPublished(TurnId turn) {
    return published.containsKey(turn);
  }

  Optional<Published> published(TurnId turn) {
    return Optional.ofNullable(published.get(turn));
  }

  /** The turn that a device has published with this messageId. */
  Optional<TurnId> turn(String device, String message) {
    return Optional.ofNullable(turns.get(key(device, message)));
  }

  /** Any record of a directive, whether it counts or not. */
  Optional<Entry> directive(String messageId) {
    return Optional.ofNullable(directives.get(messageId));
  }

  /** The first record of a directive that counts. */
  Optional<Entry> countedDirective(String messageId) {
    return Optional.ofNullable(countedDirectives.get(messageId));
  }

  /** The record by which an attachment of a device begins, if it counts. */
  Optional<Entry> countedAttachment(String device, String attachment) {
    return Optional.ofNullable(countedAttachments.get(key(device, attachment)));
  }

  /** The partition that the ledger has a device in. */
  Optional<Integer> partition(String device) {
    return Optional.ofNullable(partitions.get(device));
  }

  /** Whether a device had a stream at this moment. */
  boolean listened(String device, long millis) {
    return streams.getOrDefault(device, List.of()).stream()
        .anyMatch(stream -> stream.opened() <= millis && millis <= stream.ended());
  }
}
