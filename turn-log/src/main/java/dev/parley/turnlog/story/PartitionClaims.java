package dev.parley.turnlog.story;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.turnlog.OwnerClaims;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Who owned a partition, and so which records of its ledger count. Pure; one thread. */
final class PartitionClaims {
  private final Sought sought;
  private final OwnerClaims claims = new OwnerClaims(0);

  /** From the claim on that stood when the first turn asked for was written about. */
  private final List<StoryEntry> entries = new ArrayList<>();

  private boolean needed;

  PartitionClaims(Sought sought) {
    this.sought = sought;
  }

  /** From now on all claims are kept: a turn that is asked for has begun. */
  void keep() {
    needed = true;
  }

  void claimed(ConsumerRecord<byte[], byte[]> record, LedgerRecord.Owner claim) {
    boolean counts = claims.claimed(claim, seen(record));
    if (!needed && counts) {
      entries.clear();
    }
    if (needed || counts) {
      add(
          StoryEntry.of(
              record, counts, new Told.Claimed(claim.attempt().owner(), claim.dispatcher())));
    }
  }

  void released(ConsumerRecord<byte[], byte[]> record, LedgerRecord.Release release) {
    boolean counts = claims.released(release, seen(record));
    if (needed) {
      List<TurnId> named = release.named().stream().filter(sought::matches).toList();
      add(StoryEntry.of(record, counts, new Told.Released(release.attempt().owner(), named)));
    }
  }

  void renewed(ConsumerRecord<byte[], byte[]> record, LedgerRecord.Renewal renewal) {
    boolean _ = claims.renewed(renewal, seen(record));
  }

  /** Whether this record counts. To be asked of every record that is no claim and no release. */
  boolean admits(ConsumerRecord<byte[], byte[]> record, LedgerRecord parsed) {
    return claims.admits(parsed, seen(record));
  }

  /** A record about a turn that nobody asks for: that there is this owner is all that matters. */
  void passed(ConsumerRecord<byte[], byte[]> record, Attempt attempt) {
    claims.proven(attempt.owner(), seen(record));
  }

  private static OwnerClaims.Seen seen(ConsumerRecord<byte[], byte[]> record) {
    return new OwnerClaims.Seen(record.offset(), record.timestamp(), 0);
  }

  private void add(StoryEntry entry) {
    if (entries.size() < StoryEntry.MOST) {
      entries.add(entry);
    }
  }

  /**
   * What matters to a turn that the ledger speaks of from {@code first} up to {@code last}: the
   * claim that stood, and all that came meanwhile.
   */
  List<StoryEntry> between(long first, long last) {
    return from(entry -> entry.place().offset() < first).stream()
        .filter(entry -> entry.place().offset() <= last)
        .toList();
  }

  /** The same for a turn that the ledger does not speak of, spoken at this time. */
  List<StoryEntry> since(long millis) {
    return from(entry -> entry.millis() < millis);
  }

  private List<StoryEntry> from(java.util.function.Predicate<StoryEntry> isBefore) {
    int from = 0;
    for (int i = 0; i < entries.size() && isBefore.test(entries.get(i)); i++) {
      if (entries.get(i).counts() && entries.get(i).told() instanceof Told.Claimed) {
        from = i;
      }
    }
    return List.copyOf(entries.subList(from, entries.size()));
  }
}
