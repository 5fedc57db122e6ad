package dev.parley.turnlog.story;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.RawRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.turnlog.KafkaRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The stories of one partition: is told the records of its speech and of its ledger, each in the
 * order of their offsets, and keeps what is about the turns asked for. What can't be read is part
 * of the story. Memory is bounded: no audio and no payload is kept, and of one turn at most {@link
 * StoryEntry#MOST} entries a topic. Pure; one thread.
 */
public final class PartitionStories {
  private final Sought sought;
  private final PartitionClaims claims;
  private final List<StoryEntry> unreadable = new ArrayList<>();
  private final NearbyTurns nearby;
  private final FoundTurns turns;

  /** Stories of this partition. */
  public PartitionStories(Sought sought, int partition) {
    this.sought = sought;
    this.claims = new PartitionClaims(sought);
    this.nearby = new NearbyTurns(sought);
    this.turns = new FoundTurns(partition, claims);
  }

  /** The next record of {@code parley.speech}. */
  public void speech(ConsumerRecord<byte[], byte[]> record) {
    RawRecord raw = KafkaRecords.fromKafka(record);
    if ("begin".equals(raw.headers().get("kind"))) {
      turnOf(raw).ifPresent(nearby::passedBy);
    }
    if (!mayBeSought(raw)) {
      return;
    }
    try {
      SpeechRecord parsed = SpeechRecord.parse(raw);
      if (sought.matches(parsed.turn())) {
        turns.spoken(parsed.turn()).ifPresent(turn -> turn.record(record, parsed));
      }
    } catch (MalformedException e) {
      StoryEntry entry = StoryEntry.of(record, true, new Told.Unreadable(e.getMessage()));
      turnOf(raw)
          .filter(sought::matches)
          .flatMap(turns::spoken)
          .ifPresentOrElse(turn -> turn.unreadable(entry), () -> unreadable(raw, entry));
    }
  }

  /** The next record of {@code parley.ledger}. */
  public void ledger(ConsumerRecord<byte[], byte[]> record) {
    RawRecord raw = KafkaRecords.fromKafka(record);
    String kind = raw.headers().getOrDefault("kind", "");
    boolean isClaim = kind.equals("owner") || kind.equals("release");
    if (kind.equals("turn-begun")) {
      turnOf(raw).ifPresent(nearby::passedBy);
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
            .flatMap(turns::written)
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
          .flatMap(turns::written)
          .ifPresent(turn -> turn.add(StoryEntry.of(record, counts, TurnLedger.told(parsed))));
    }
  }

  private boolean mayBeSought(RawRecord raw) {
    return sought.mayBeAbout(raw.key(), Optional.ofNullable(raw.headers().get("message")));
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
    if (unreadable.size() < StoryEntry.MOST && sought.device().orElse(device).equals(device)) {
      unreadable.add(entry);
    }
  }

  /** The turns found, in the order in which they began. */
  public List<Story> stories() {
    return turns.stories();
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
    return nearby.latest();
  }
}
