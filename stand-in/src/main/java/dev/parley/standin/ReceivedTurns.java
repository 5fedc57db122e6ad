package dev.parley.standin;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The newest turns, bounded, and who wants to hear of each. Safe for use by several threads. */
final class ReceivedTurns {
  static final int KEPT = 20_000;

  private final Deque<ReceivedTurn> kept = new ArrayDeque<>();
  private final List<Consumer<ReceivedTurn>> listeners = new CopyOnWriteArrayList<>();

  void add(ReceivedTurn turn) {
    synchronized (kept) {
      if (kept.size() == KEPT) {
        kept.removeFirst();
      }
      kept.addLast(turn);
    }
    listeners.forEach(listener -> listener.accept(turn));
  }

  List<ReceivedTurn> all() {
    synchronized (kept) {
      return List.copyOf(kept);
    }
  }

  void listen(Consumer<ReceivedTurn> listener) {
    listeners.add(listener);
  }
}
