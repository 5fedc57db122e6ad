package dev.parley.router.queue;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * A number for each device, and the lowest of them at hand however many devices there are.
 *
 * <p>Not thread-safe.
 */
final class LowestFirst {
  private final Map<String, Ranked> byDevice = new HashMap<>();
  private final TreeSet<Ranked> ranked =
      new TreeSet<>(Comparator.comparingLong(Ranked::number).thenComparing(Ranked::device));

  /** A device and its number. */
  record Ranked(long number, String device) {}

  /** Sets the device's number; empty takes the device out. */
  void set(String device, OptionalLong number) {
    Ranked before = byDevice.get(device);
    if (before != null) {
      if (number.isPresent() && number.getAsLong() == before.number()) {
        return;
      }
      ranked.remove(before);
      byDevice.remove(device);
    }
    if (number.isPresent()) {
      Ranked now = new Ranked(number.getAsLong(), device);
      byDevice.put(device, now);
      ranked.add(now);
    }
  }

  Optional<Ranked> lowest() {
    return ranked.isEmpty() ? Optional.empty() : Optional.of(ranked.first());
  }
}
