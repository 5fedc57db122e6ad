package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Published;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Says which injected fault each turn's misfortune is charged to. The strongest evidence decides,
 * and of equals the latest fault: it may hurt that turn; it hit the turn's partition while the turn
 * was open; the turn was open at it, or begun before it was over; it came before the turn's end.
 * Pure.
 */
final class Charges {
  private final List<Floor> floors;
  private final Map<TurnId, Life> lives = new HashMap<>();
  private final List<Loss> losses = new ArrayList<>();

  private record Life(Optional<Integer> partition, long begun, Optional<Entry> closed) {
    static Life of(List<Entry> counted) {
      return new Life(
          counted.stream().map(Entry::partition).findFirst(),
          counted.stream().mapToLong(Entry::millis).min().orElse(Long.MAX_VALUE),
          counted.stream().filter(e -> e.record() instanceof LedgerRecord.TurnClosed).findFirst());
    }

    long end() {
      return closed.map(Entry::millis).orElse(Long.MAX_VALUE);
    }
  }

  /** Reads a history. */
  Charges(History history) {
    this.floors = Floors.of(history);
    CountedLedger ledger = new CountedLedger(history.ledger());
    for (Published published : history.published()) {
      if (!published.isAccepted()) {
        continue;
      }
      TurnId turn = published.turn();
      Life life = Life.of(ledger.of(turn));
      lives.put(turn, life);
      life.closed()
          .map(e -> (LedgerRecord.TurnClosed) e.record())
          .filter(closed -> closed.status() != TurnStatus.OK)
          .ifPresent(closed -> losses.add(loss(turn, closed)));
    }
  }

  private Loss loss(TurnId turn, LedgerRecord.TurnClosed closed) {
    Optional<Floor> floor = floor(turn);
    return new Loss(
        turn,
        closed.status() + ": " + closed.reason(),
        floor.map(Floor::injection),
        floor.filter(f -> f.turns().contains(turn)).isPresent());
  }

  /** Whose doing it is that something is wrong with a turn; empty before the first fault. */
  Optional<Injection> fault(TurnId turn) {
    return floor(turn).map(Floor::injection);
  }

  private Optional<Floor> floor(TurnId turn) {
    Life life = lives.getOrDefault(turn, Life.of(List.of()));
    List<Predicate<Floor>> evidence =
        List.of(
            f -> f.turns().contains(turn),
            f -> hits(f.injection(), life) && isOpen(f.injection(), turn, life),
            f -> isOpen(f.injection(), turn, life),
            f -> true);
    return evidence.stream()
        .map(e ->
            floors.stream()
                .filter(f -> f.injection().millis() <= life.end())
                .filter(e)
                .reduce((a, b) -> b))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static boolean hits(Injection injection, Life life) {
    return life.partition().filter(injection::hits).isPresent();
  }

  private static boolean isOpen(Injection injection, TurnId turn, Life life) {
    return injection.open().contains(turn)
        || (life.begun() >= injection.millis() && life.begun() <= injection.until());
  }

  /** How much each fault may hurt, in the order in which they were injected. */
  List<Floor> floors() {
    return floors;
  }

  /** All turns that did not end well. */
  List<Loss> losses() {
    return List.copyOf(losses);
  }
}
