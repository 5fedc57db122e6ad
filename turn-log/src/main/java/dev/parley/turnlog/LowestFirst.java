package dev.parley.turnlog;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * A number for each key, and the lowest of them at hand however many keys there are: the offset
 * that an open turn or a device still needs, thus the most that may be committed; or what is due
 * first. Pure; one thread.
 *
 * @param <K> what the numbers belong to
 */
public final class LowestFirst<K> {
  private final Map<K, Ranked<K>> byKey = new HashMap<>();
  private final TreeSet<Ranked<K>> ranked =
      new TreeSet<>(
          Comparator.<Ranked<K>>comparingLong(Ranked::number).thenComparingLong(Ranked::order));
  private long set;

  /**
   * A key and its number.
   *
   * @param order of two equal numbers the one that was set first comes first
   */
  public record Ranked<K>(long number, long order, K key) {}

  /** Sets the key's number; empty takes the key out. */
  public void set(K key, OptionalLong number) {
    Ranked<K> before = byKey.get(key);
    if (before != null) {
      if (number.isPresent() && number.getAsLong() == before.number()) {
        return;
      }
      ranked.remove(before);
      byKey.remove(key);
    }
    if (number.isPresent()) {
      Ranked<K> now = new Ranked<>(number.getAsLong(), set++, key);
      byKey.put(key, now);
      ranked.add(now);
    }
  }

  /** The key with the lowest number; empty when there is none. */
  public Optional<Ranked<K>> lowest() {
    return ranked.isEmpty() ? Optional.empty() : Optional.of(ranked.first());
  }

  /** How many keys have a number. */
  public int size() {
    return ranked.size();
  }
}
