package dev.parley.router.queue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The directives that the device was not given lately. */
final class Discards {
  private final Limits limits;
  private final Deque<Discard> latest = new ArrayDeque<>();

  Discards(Limits limits) {
    this.limits = limits;
  }

  void add(Discard discard) {
    if (limits.discards() == 0) {
      return;
    }
    if (latest.size() == limits.discards()) {
      latest.removeFirst();
    }
    latest.addLast(discard);
  }

  /** Oldest first; of this dialog, or all. */
  List<Discard> of(Optional<String> dialog) {
    return latest.stream().filter(d -> dialog.isEmpty() || d.dialog().equals(dialog)).toList();
  }

  void expire(long now) {
    latest.removeIf(d -> d.millis() + limits.discardAgeMillis() <= now);
  }

  OptionalLong deadline() {
    return latest.stream().mapToLong(d -> d.millis() + limits.discardAgeMillis()).min();
  }
}
