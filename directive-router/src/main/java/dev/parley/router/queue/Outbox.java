package dev.parley.router.queue;

import dev.parley.protocol.TurnId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a device has still to get: directives that wait for their turn to be sent, the one queue in
 * cursor order, and what overtakes it.
 */
final class Outbox {
  private final Limits limits;
  private final List<Waiting> waiting = new ArrayList<>();
  private final NavigableMap<Long, Entry> queue = new TreeMap<>();
  private final List<Entry> overtaking = new ArrayList<>();
  private int bytes;

  /** A directive that came before {@code awaits} was sent. */
  record Waiting(Arrival arrival, TurnId awaits) {}

  Outbox(Limits limits) {
    this.limits = limits;
  }

  int size() {
    return waiting.size() + queue.size() + overtaking.size();
  }

  /**
   * Makes room for a directive. What a stream has taken already goes first, since a device that
   * never acknowledges must not lose what is new.
   *
   * @return false when there is none
   */
  boolean makeRoom(int size) {
    while (size() >= limits.messages() || bytes + size > limits.bytes()) {
      if (!dropOldestHandedOut()) {
        return false;
      }
    }
    return true;
  }

  private boolean dropOldestHandedOut() {
    for (Iterator<Entry> all = queue.values().iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      if (entry.handedOut) {
        bytes -= entry.bytes();
        all.remove();
        return true;
      }
    }
    for (Iterator<Entry> all = overtaking.iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      if (entry.handedOut) {
        bytes -= entry.bytes();
        all.remove();
        return true;
      }
    }
    return false;
  }

  void await(Arrival arrival, TurnId turn) {
    waiting.add(new Waiting(arrival, turn));
    bytes += arrival.bytes();
  }

  void enqueue(Entry entry) {
    queue.put(entry.position, entry);
    bytes += entry.bytes();
  }

  void overtake(Entry entry) {
    overtaking.add(entry);
    bytes += entry.bytes();
  }

  List<Arrival> takeWaiting(Predicate<Waiting> which) {
    List<Arrival> taken = new ArrayList<>();
    waiting.removeIf(w -> {
      boolean take = which.test(w);
      if (take) {
        taken.add(w.arrival());
        bytes -= w.arrival().bytes();
      }
      return take;
    });
    return taken;
  }

  List<Entry> take(Predicate<Entry> which) {
    List<Entry> taken = new ArrayList<>();
    Predicate<Entry> remove =
        e -> {
          boolean take = which.test(e);
          if (take) {
            taken.add(e);
            bytes -= e.bytes();
          }
          return take;
        };
    overtaking.removeIf(remove);
    queue.values().removeIf(remove);
    return taken;
  }

  List<Entry> overtaking() {
    return List.copyOf(overtaking);
  }

  List<Entry> queued() {
    return List.copyOf(queue.values());
  }

  private Stream<Entry> entries() {
    return Stream.concat(queue.values().stream(), overtaking.stream());
  }

  /** The lowest ledger offset that any of these needs. */
  OptionalLong needed() {
    return LongStream.concat(
            entries().mapToLong(e -> e.needs), waiting.stream().mapToLong(w -> w.arrival().needs()))
        .min();
  }

  /** When the first of these expires, in epoch milliseconds. */
  OptionalLong deadline() {
    return LongStream.concat(
            entries().mapToLong(e -> e.expiresAt),
            waiting.stream().mapToLong(w -> w.arrival().at().millis() + limits.maxAgeMillis()))
        .min();
  }
}
