package dev.parley.turnlog;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which offset may be committed while turns are open: the lowest first offset of any open one, so
 * that whoever comes next finds every unfinished turn from its beginning. Pure; one thread.
 *
 * @param <K> what names a turn
 */
public final class OpenTurns<K> {
  /** In the order in which they opened, which is offset order: the eldest is the first. */
  private final Map<K, Long> firstOffsets = new LinkedHashMap<>();

  private long lastOpened = -1;

  /**
   * A turn opens at {@code offset}; a turn that is open already stays where it is.
   *
   * @throws IllegalArgumentException when the offset is lower than that of a turn opened before
   */
  public void opened(K turn, long offset) {
    if (offset < lastOpened) {
      throw new IllegalArgumentException(
          "turns open in offset order: " + offset + " comes after " + lastOpened);
    }
    lastOpened = offset;
    firstOffsets.putIfAbsent(turn, offset);
  }

  /**
   * The turn is settled; nothing of it is needed any more. Unknown turns are none of our business.
   */
  public void settled(K turn) {
    firstOffsets.remove(turn);
  }

  /**
   * The offset to commit.
   *
   * @param nextOffset the offset of the next record to be read, committed when no turn is open
   */
  public long commitPosition(long nextOffset) {
    return firstOffsets.isEmpty() ? nextOffset : firstOffsets.values().iterator().next();
  }

  /** The turn with the lowest first offset; empty when none is open. */
  public Optional<K> eldest() {
    return firstOffsets.keySet().stream().findFirst();
  }

  /** How many are open. */
  public int size() {
    return firstOffsets.size();
  }
}
