package dev.parley.turnlog.story;

import dev.parley.protocol.TurnId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The turns asked for that were found in a partition, with what speech and ledger have of each, up
 * to a number of turns; and how that is put together to a story. Pure; one thread.
 */
final class FoundTurns {
  private static final int MOST = 500;

  private final int partition;
  private final PartitionClaims claims;
  private final Map<TurnId, TurnSpeech> speech = new LinkedHashMap<>();
  private final Map<TurnId, TurnLedger> ledger = new LinkedHashMap<>();

  /** {@code claims}: of this partition, as far as they are read. */
  FoundTurns(int partition, PartitionClaims claims) {
    this.partition = partition;
    this.claims = claims;
  }

  /** Where the turn's speech is kept; empty when there are too many turns. */
  Optional<TurnSpeech> spoken(TurnId turn) {
    return speech.size() < MOST || speech.containsKey(turn)
        ? Optional.of(speech.computeIfAbsent(turn, id -> new TurnSpeech()))
        : Optional.empty();
  }

  /** Where what the ledger says of the turn is kept; empty when there are too many turns. */
  Optional<TurnLedger> written(TurnId turn) {
    claims.keep();
    return ledger.size() < MOST || ledger.containsKey(turn)
        ? Optional.of(ledger.computeIfAbsent(turn, id -> new TurnLedger()))
        : Optional.empty();
  }

  /** Their stories, in the order in which they began. */
  List<Story> stories() {
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
}
