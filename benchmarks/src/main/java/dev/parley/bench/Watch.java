package dev.parley.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The turns that were being spoken when their owner went, and what becomes of each. Only whole
 * turns end the watch: one that never comes back stays in the account as missed. One thread.
 */
final class Watch {
  /** The port of a turn of which the endpoint had nothing yet. */
  static final int UNKNOWN = -1;

  /**
   * A turn as its device knows it.
   *
   * @param chunks how many it has, spoken or still to be spoken
   */
  record Turn(int dialog, int chunks) {}

  private final int leaver;
  private final boolean killed;
  private final long sinceNanos;
  private final Map<Integer, Watched> turns = new HashMap<>();

  /**
   * Watches nothing yet.
   *
   * @param leaver the port by which the owner that goes reaches the endpoint
   * @param killed whether it said nothing more: what still comes by its port was on its way
   * @param sinceNanos when it was killed, or told to go
   */
  Watch(int leaver, boolean killed, long sinceNanos) {
    this.leaver = leaver;
    this.killed = killed;
    this.sinceNanos = sinceNanos;
  }

  /**
   * One more turn; none if all of it has arrived.
   *
   * @param port by which it came so far
   * @param arrived how many of its chunks
   * @param uploads how many requests have brought some of it
   */
  void add(Turn turn, int port, int arrived, int uploads) {
    if (arrived < turn.chunks()) {
      turns.put(turn.dialog(), new Watched(turn.chunks() - arrived, port, uploads));
    }
  }

  /** A chunk has arrived that had not arrived before. */
  void chunk(int dialog, int port, long dueNanos, long now) {
    Watched turn = turns.get(dialog);
    if (turn != null && turn.missing > 0) {
      turn.missing--;
      turn.worstNanos = Math.max(turn.worstNanos, now - dueNanos);
      if (turn.backNanos.isEmpty() && !(killed && port == leaver)) {
        turn.backNanos = Optional.of(now);
      }
    }
  }

  /** A request has brought some of this turn, be it the first time. */
  void upload(int dialog) {
    Watched turn = turns.get(dialog);
    if (turn != null) {
      turn.uploads++;
    }
  }

  /** How many turns are not whole yet. */
  long pending() {
    return turns.values().stream().filter(turn -> turn.missing > 0).count();
  }

  /**
   * What has become of the turns so far; a turn that was on its way when its owner went is none.
   */
  List<Fate> fates() {
    return turns.values().stream()
        .filter(turn -> turn.missing > 0 || turn.backNanos.isPresent())
        .map(this::fate)
        .toList();
  }

  private Fate fate(Watched turn) {
    boolean whole = turn.missing == 0;
    long nanos =
        killed ? turn.backNanos.orElse(Long.MAX_VALUE) - sinceNanos : Math.max(0, turn.worstNanos);
    return new Fate(
        turn.port == leaver || turn.port == UNKNOWN,
        whole ? nanos / 1e9 : Fate.NEVER,
        turn.uploads > 1);
  }

  private static final class Watched {
    private final int port;
    private int missing;
    private int uploads;
    private long worstNanos;
    private Optional<Long> backNanos = Optional.empty();

    Watched(int missing, int port, int uploads) {
      this.missing = missing;
      this.port = port;
      this.uploads = uploads;
    }
  }
}
