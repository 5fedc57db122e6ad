package dev.parley.turnlog.story;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.RawRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.turnlog.KafkaRecords;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The stories of one partition: is told the records of its speech and of its ledger, each in the
 * order of their offsets, and keeps what is about the turns asked for. What can't be read is part
 * of the story. Memory is bounded: no audio and no payload is kept, and of one turn at most {@link
 * #MOST_ENTRIES} entries a topic. Pure; one thread.
 */
public final class PartitionStories {
  /** Between chunks of 200 ms, more than this is a pause that CIC hears too. */
  public static final long PAUSE_MILLIS = 400;

  static final int MOST_ENTRIES = 5_000;
  private static final int MOST_TURNS = 500;
  private static final int MOST_NEARBY = 5;

  private final Sought sought;
  private final int partition;
  private final Map<TurnId, TurnSpeech> speech = new LinkedHashMap<>();
  private final Map<TurnId, TurnLedger> ledger = new LinkedHashMap<>();
  private final PartitionClaims claims;
  private final List<StoryEntry> unreadable = new ArrayList<>();
  private final LinkedHashSet<TurnId> nearby = new LinkedHashSet<>();

  /** Stories of this partition. */
  public PartitionStories(Sought sought, int partition) {
    this.sought = sought;
    this.partition = partition;
    this.claims = new PartitionClaims(sought);
  }

  /** The next record of {@code parley.speech}. */
  public void speech(ConsumerRecord<byte[], byte[]> record) {
    RawRecord raw = KafkaRecords.fromKafka(record);
    if ("begin".equals(raw.headers().get("kind"))) {
      turnOf(raw).ifPresent(this::passedBy);
    }
    if (!mayBeSought(raw)) {
      return;
    }
    try {
      SpeechRecord parsed = SpeechRecord.parse(raw);
      if (sought.matches(parsed.turn())) {
        spoken(parsed.turn()).ifPresent(turn -> turn.record(record, parsed));
      }
    } catch (MalformedException e) {
      StoryEntry entry = StoryEntry.of(record, true, new Told.Unreadable(e.getMessage()));
      turnOf(raw)
          .filter(sought::matches)
          .flatMap(this::spoken)
          .ifPresentOrElse(turn -> turn.unreadable(entry), () -> unreadable(raw, entry));
    }
  }

  /** The next record of {@code parley.ledger}. */
  public void ledger(ConsumerRecord<byte[], byte[]> record) {
    RawRecord raw = KafkaRecords.fromKafka(record);
    String kind = raw.headers().getOrDefault("kind", "");
    boolean isClaim = kind.equals("owner") || kind.equals("release");
    if (kind.equals("turn-begun")) {
      turnOf(raw).ifPresent(this::passedBy);
    }
    try {
      if (isClaim || mayBeSought(raw)) {
        ledger(record, LedgerRecord.parse(raw));
      } else {
        // Who wrote it is all that matters here; its body need not be read.
        raw.checkVersion(LedgerRecord.VERSION);
        claims.passed(record, raw.attempt());
      }
    } catch (MalformedException e) {
      if (mayBeSought(raw)) {
        StoryEntry entry = StoryEntry.of(record, true, new Told.Unreadable(e.getMessage()));
        turnOf(raw)
            .filter(sought::matches)
            .flatMap(this::written)
            .ifPresentOrElse(turn -> turn.add(entry), () -> unreadable(raw, entry));
      }
    }
  }

  private void ledger(ConsumerRecord<byte[], byte[]> record, LedgerRecord parsed) {
    if (parsed instanceof LedgerRecord.Owner claim) {
      claims.claimed(record, claim);
    } else if (parsed instanceof LedgerRecord.Release release) {
      claims.released(record, release);
    } else if (parsed instanceof LedgerRecord.Renewal renewal) {
      claims.renewed(record, renewal);
    } else {
      boolean counts = claims.admits(record, parsed);
      parsed
          .about()
          .filter(sought::matches)
          .flatMap(this::written)
          .ifPresent(turn -> turn.add(StoryEntry.of(record, counts, TurnLedger.told(parsed))));
    }
  }

  private boolean mayBeSought(RawRecord raw) {
    return sought.mayBeAbout(raw.key(), Optional.ofNullable(raw.headers().get("message")));
  }

  private Optional<TurnSpeech> spoken(TurnId turn) {
    return speech.size() < MOST_TURNS || speech.containsKey(turn)
        ? Optional.of(speech.computeIfAbsent(turn, id -> new TurnSpeech()))
        : Optional.empty();
  }

  private Optional<TurnLedger> written(TurnId turn) {
    claims.keep();
    return ledger.size() < MOST_TURNS || ledger.containsKey(turn)
        ? Optional.of(ledger.computeIfAbsent(turn, id -> new TurnLedger()))
        : Optional.empty();
  }

  private static Optional<TurnId> turnOf(RawRecord raw) {
    String device = raw.headers().getOrDefault("device", "");
    String message = raw.headers().getOrDefault("message", "");
    try {
      return Optional.of(new TurnId(device, raw.key(), message));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void unreadable(RawRecord raw, StoryEntry entry) {
    String device = raw.headers().getOrDefault("device", "");
    if (unreadable.size() < MOST_ENTRIES && sought.device().orElse(device).equals(device)) {
      unreadable.add(entry);
    }
  }

  /** Perhaps the turn that was meant. */
  private void passedBy(TurnId turn) {
    boolean isNear =
        sought.device().isPresent()
            ? sought.device().get().equals(turn.device())
            : turn.dialog().startsWith(sought.id()) || turn.message().startsWith(sought.id());
    if (isNear && !sought.matches(turn)) {
      nearby.remove(turn);
      nearby.add(turn);
      if (nearby.size() > MOST_NEARBY) {
        nearby.removeFirst();
      }
    }
  }

  /** The turns found, in the order in which they began. */
  public List<Story> stories() {
    LinkedHashSet<TurnId> turns = new LinkedHashSet<>(speech.keySet());
    turns.addAll(ledger.keySet());
    return turns.stream()
        .map(this::story)
        .sorted(Comparator.comparingLong(Story::firstMillis))
        .toList();
  }

  private Story story(TurnId turn) {
    TurnSpeech said = speech.getOrDefault(turn, new TurnSpeech());
    TurnLedger written = ledger.getOrDefault(turn, new TurnLedger());
    List<StoryEntry> spoken = said.entries();
    List<StoryEntry> ofTurn = written.entries();
    List<StoryEntry> owners =
        ofTurn.isEmpty()
            ? claims.since(spoken.getFirst().millis())
            : claims.between(
                ofTurn.getFirst().place().offset(),
                written.isClosed() ? ofTurn.getLast().place().offset() : Long.MAX_VALUE);
    List<StoryEntry> inLedger = new ArrayList<>(ofTurn);
    inLedger.addAll(owners);
    inLedger.sort(Comparator.comparingLong(entry -> entry.place().offset()));
    return new Story(turn, partition, merged(spoken, inLedger), said.leftOut() + written.leftOut());
  }

  /** By time, but never against the order of a topic. */
  private static List<StoryEntry> merged(List<StoryEntry> spoken, List<StoryEntry> inLedger) {
    List<StoryEntry> all = new ArrayList<>(spoken.size() + inLedger.size());
    int next = 0;
    for (StoryEntry entry : inLedger) {
      while (next < spoken.size() && spoken.get(next).millis() <= entry.millis()) {
        all.add(spoken.get(next++));
      }
      all.add(entry);
    }
    all.addAll(spoken.subList(next, spoken.size()));
    return all;
  }

  /** Records that bear an id asked for and can't be read, nor laid to a turn. */
  public List<StoryEntry> unreadable() {
    return List.copyOf(unreadable);
  }

  /**
   * The latest turns of the device asked for, or those whose ids begin like the one asked for: what
   * may have been meant when nothing was found.
   */
  public List<TurnId> nearby() {
    return List.copyOf(nearby);
  }
}
