package dev.parley.dispatcher.flow;

import dev.parley.protocol.TurnId;
import dev.parley.turnlog.LowestFirst;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The open turns of a partition, and those settled lately. */
final class Turns {
  private final Map<TurnId, Turn> open = new HashMap<>();
  private final Map<String, List<Turn>> byDevice = new HashMap<>();
  private final LowestFirst<Turn> offsets = new LowestFirst<>();
  private final RecentTurns settled;

  Turns(FlowLimits limits) {
    settled = new RecentTurns(limits);
  }

  void add(Turn turn) {
    open.put(turn.id, turn);
    byDevice.computeIfAbsent(turn.id.device(), device -> new ArrayList<>(1)).add(turn);
    offsets.set(turn, OptionalLong.of(turn.firstOffset));
  }

  /** Nothing of the turn is needed any more. */
  void settle(Turn turn, long now) {
    leave(turn);
    offsets.set(turn, OptionalLong.empty());
    settled.add(turn, now);
  }

  /** The turn is another's, and is needed by it. */
  void leave(Turn turn) {
    open.remove(turn.id);
    byDevice.computeIfPresent(
        turn.id.device(),
        (device, turns) -> {
          turns.remove(turn);
          return turns.isEmpty() ? null : turns;
        });
  }

  @Nullable Turn get(TurnId id) {
    return open.get(id);
  }

  boolean isSettled(TurnId id) {
    return settled.contains(id);
  }

  Collection<Turn> all() {
    return List.copyOf(open.values());
  }

  List<Turn> ofDevice(String device) {
    return List.copyOf(byDevice.getOrDefault(device, List.of()));
  }

  int size() {
    return open.size();
  }

  /** The lowest offset that an open or left turn needs, or {@code next} when there is none. */
  long lowestOffset(long next) {
    return offsets.lowest().map(LowestFirst.Ranked::number).orElse(next);
  }

  /**
   * From where the ledger must be read at a take-over: what it says of turns that are needed, and
   * of those settled lately, which may be begun twice.
   */
  long ledgerFrom(long now, long next) {
    long needed = eldest().map(turn -> turn.ledgerFrom).orElse(next);
    return Math.min(needed, settled.ledgerFrom(now, next));
  }

  /** The turn that began first of those that are needed, left ones too. */
  Optional<Turn> eldest() {
    return offsets.lowest().map(LowestFirst.Ranked::key);
  }
}
