package dev.parley.trials.chaos;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.trials.chaos.History.End;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Published;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A made-up history of claims, turns and faults; each thing happens a second after the last. */
final class FaultStory {
  private final List<Published> published = new ArrayList<>();
  private final List<Entry> ledger = new ArrayList<>();
  private final List<Injection> injections = new ArrayList<>();
  private final Map<Integer, Long> owners = new HashMap<>();
  private long now = 1_000_000;

  private long next() {
    now += 1_000;
    return now;
  }

  /** A process takes a partition, with the next number. */
  FaultStory claims(String process, int partition) {
    long owner = owners.merge(partition, 1L, Long::sum);
    return add(partition, new LedgerRecord.Owner(new Attempt(owner, 0), process));
  }

  /** A turn is begun by the owner of the partition; the first time, it is published too. */
  FaultStory begins(TurnId turn, int partition, int number) {
    if (published.stream().noneMatch(p -> p.turn().equals(turn))) {
      published(turn, End.ENDED);
    }
    return add(
        partition,
        new LedgerRecord.TurnBegun(turn, attempt(partition, number), "event", published.size()));
  }

  void published(TurnId turn, End end) {
    published.removeIf(p -> p.turn().equals(turn));
    published.add(new Published(turn, new Prefixes(1, 0), 0, end));
  }

  /** The first directive of its answer. */
  FaultStory answers(TurnId turn, int partition, int number) {
    return directive(turn, partition, number, Channel.RESPONSE);
  }

  FaultStory directive(TurnId turn, int partition, int number, Channel channel) {
    return add(
        partition,
        new LedgerRecord.DirectiveReceived(
            turn.device(), Optional.of(turn), attempt(partition, number), channel, new byte[0]));
  }

  FaultStory closes(TurnId turn, int partition, int number, TurnStatus status, String reason) {
    return closesAs(turn, partition, attempt(partition, number), status, reason);
  }

  FaultStory closesAs(
      TurnId turn, int partition, Attempt attempt, TurnStatus status, String reason) {
    return add(
        partition,
        new LedgerRecord.TurnClosed(turn, attempt, status, reason, "", Map.of(), Map.of()));
  }

  FaultStory interrupts(TurnId turn, int partition) {
    return closes(turn, partition, 1, TurnStatus.INTERRUPTED, "interrupted");
  }

  FaultStory releases(int partition, TurnId... finishing) {
    return add(
        partition, new LedgerRecord.Release(new Attempt(owner(partition), 0), List.of(finishing)));
  }

  private long owner(int partition) {
    return owners.getOrDefault(partition, 0L);
  }

  private Attempt attempt(int partition, int number) {
    return new Attempt(owner(partition), number);
  }

  private FaultStory add(int partition, LedgerRecord record) {
    long at = next();
    ledger.add(
        new Entry(partition, ledger.size(), at, OptionalInt.empty(), record, Optional.empty()));
    return this;
  }

  /** A fault that hits the owners of these partitions, with these turns open. */
  FaultStory fault(Fault fault, List<Integer> partitions, TurnId... open) {
    return scripted(fault, partitions, Set.of(), open);
  }

  FaultStory scripted(Fault fault, List<Integer> partitions, Set<String> spoiled, TurnId... open) {
    Map<Integer, Long> victim = new HashMap<>();
    partitions.forEach(partition -> victim.put(partition, owner(partition)));
    long at = next();
    injections.add(new Injection(fault, at, at + 10_000, victim, Set.of(), Set.of(open), spoiled));
    return this;
  }

  History history() {
    return new History(
        injections,
        published,
        List.of(),
        List.of(),
        List.of(),
        ledger,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  Charges charges() {
    return new Charges(history());
  }

  /** What the only fault, or the last, may hurt. */
  Set<TurnId> floor() {
    return Floors.of(history()).getLast().turns();
  }

  Assessment judged(KnownFault... marks) {
    return Assessment.of(charges(), List.of(), List.of(marks));
  }
}
