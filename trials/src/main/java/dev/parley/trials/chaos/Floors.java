package dev.parley.trials.chaos;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Published;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads off a history whom each injected fault may hurt: answers that are under way are lost with
 * the process or the connection that brings them; what the endpoint is told to spoil is spoiled;
 * and nothing else. Pure.
 */
final class Floors {
  /** A turn that so many owners have begun and were lost is set aside. */
  private static final int POISON = 3;

  private final List<Fate> fates = new ArrayList<>();
  private final Map<Claim, String> claimants = new HashMap<>();
  private final Map<Claim, Long> claimed = new HashMap<>();

  /** What dispatchers held that were hit. */
  private final Set<Claim> struck = new HashSet<>();

  private record Claim(int partition, long owner) {}

  private record Fate(Published turn, List<Entry> counted) {
    Optional<Entry> closed() {
      return counted.stream()
          .filter(e -> e.record() instanceof LedgerRecord.TurnClosed)
          .findFirst();
    }

    boolean isClosedBefore(long millis) {
      return closed().filter(e -> e.millis() < millis).isPresent();
    }

    /** Directives of a response. */
    List<Entry> answers() {
      return counted.stream()
          .filter(e ->
              e.record() instanceof LedgerRecord.DirectiveReceived directive
                  && directive.channel() == Channel.RESPONSE)
          .toList();
    }

    boolean isBegunBefore(Attempt attempt, long millis) {
      return counted.stream()
          .anyMatch(e ->
              e.record() instanceof LedgerRecord.TurnBegun begun
                  && begun.attempt().equals(attempt)
                  && e.millis() < millis);
    }

    Set<Claim> owners() {
      Set<Claim> owners = new HashSet<>();
      for (Entry entry : counted) {
        if (entry.record() instanceof LedgerRecord.TurnBegun) {
          owners.add(new Claim(entry.partition(), entry.record().attempt().owner()));
        }
      }
      return owners;
    }
  }

  private Floors(History history) {
    for (Injection injection : history.injected()) {
      if (takesOwners(injection.fault())) {
        struck.addAll(held(injection));
      }
    }
    CountedLedger ledger = new CountedLedger(history.ledger());
    for (Published turn : history.published()) {
      fates.add(new Fate(turn, ledger.of(turn.turn())));
    }
    for (Entry entry : history.ledger()) {
      if (entry.record() instanceof LedgerRecord.Owner owner) {
        Claim claim = new Claim(entry.partition(), owner.attempt().owner());
        if (claimants.putIfAbsent(claim, owner.dispatcher()) == null) {
          claimed.put(claim, entry.millis());
        }
      }
    }
  }

  /** One for each fault that was injected, in their order. */
  static List<Floor> of(History history) {
    Floors floors = new Floors(history);
    return history.injected().stream().map(floors::of).toList();
  }

  private Floor of(Injection injection) {
    Predicate<Fate> hurt =
        switch (injection.fault()) {
          case GOAWAY, ROLLING, SCALE -> fate -> false;
          case LEADER -> fate -> isBrokenOff(fate, injection);
          case DOWN, AWAY -> fate -> isUnderWay(fate, injection);
          case RESETS -> fate -> isScripted(fate, injection) || isUnderWay(fate, injection);
          case STALLS -> fate -> isScripted(fate, injection);
          case KILL, PAUSE, CLAIM -> {
            Set<Claim> lost = lost(injection);
            yield fate -> isAnsweredBy(lost, fate, injection) || isPoisoned(fate, injection);
          }
        };
    Set<TurnId> turns = new HashSet<>();
    for (Fate fate : fates) {
      if (hurt.test(fate)) {
        turns.add(fate.turn().turn());
      }
    }
    return new Floor(injection, turns);
  }

  /** Its device could not give all of it to Kafka. */
  private static boolean isBrokenOff(Fate fate, Injection injection) {
    return fate.turn().end() == History.End.BROKEN_OFF
        && injection.open().contains(fate.turn().turn());
  }

  private static boolean isScripted(Fate fate, Injection injection) {
    return injection.scripted().contains(fate.turn().turn().message());
  }

  /** A connection that breaks takes the answers along that have begun on it. */
  private static boolean isUnderWay(Fate fate, Injection injection) {
    long moment = injection.millis();
    return !fate.isClosedBefore(moment)
        && fate.answers().stream()
            .anyMatch(answer -> fate.isBegunBefore(answer.record().attempt(), moment));
  }

  private static boolean takesOwners(Fault fault) {
    return switch (fault) {
      case KILL, PAUSE, CLAIM -> true;
      case ROLLING, SCALE, LEADER, DOWN, AWAY, RESETS, GOAWAY, STALLS -> false;
    };
  }

  private static Set<Claim> held(Injection injection) {
    Set<Claim> held = new HashSet<>();
    injection.victim().forEach((partition, owner) -> held.add(new Claim(partition, owner)));
    return held;
  }

  /**
   * All claims of the process whom it hit, those too that it has left and may still be finishing
   * answers of. Not what it claims later: one that was only stopped goes on.
   */
  private Set<Claim> lost(Injection injection) {
    Set<Claim> lost = held(injection);
    Set<String> processes = new HashSet<>();
    lost.forEach(claim -> Optional.ofNullable(claimants.get(claim)).ifPresent(processes::add));
    claimants.forEach((claim, process) -> {
      if (processes.contains(process) && claimed.getOrDefault(claim, 0L) <= injection.millis()) {
        lost.add(claim);
      }
    });
    return lost;
  }

  /** Its answer had begun there, and was not brought to its end there. */
  private static boolean isAnsweredBy(Set<Claim> lost, Fate fate, Injection injection) {
    Predicate<Entry> theirs =
        e -> lost.contains(new Claim(e.partition(), e.record().attempt().owner()));
    return !fate.isClosedBefore(injection.millis())
        && fate.answers().stream().anyMatch(theirs)
        && fate.closed().filter(theirs).isEmpty();
  }

  /** One of these owners had begun it, and so had others, all of them lost to injected faults. */
  private boolean isPoisoned(Fate fate, Injection injection) {
    return fate.closed().filter(e -> statusOf(e) == TurnStatus.POISON).isPresent()
        && fate.owners().stream().anyMatch(held(injection)::contains)
        && fate.owners().stream().filter(struck::contains).count() >= POISON;
  }

  private static TurnStatus statusOf(Entry closed) {
    return ((LedgerRecord.TurnClosed) closed.record()).status();
  }
}
