package dev.parley.bench;

import dev.parley.cli.command.CommandException;

/**
 * Searches for the most dialogs that are carried: up by a third until they are not, then halving.
 */
final class MostDialogs {
  /** Above this p99 a number of dialogs is not carried. */
  static final double MOST_MILLIS = 100;

  private static final double STEP = 4.0 / 3;

  /** Tries a number of dialogs. */
  interface Probe {
    boolean carries(int dialogs) throws CommandException, InterruptedException;
  }

  private final int first;
  private final int last;
  private final double precision;

  MostDialogs(int first, int last, double precision) {
    this.first = first;
    this.last = last;
    this.precision = precision;
  }

  /**
   * The most that were carried, of those up to the last; 0 if not even few were. What fails is
   * tried once more.
   */
  int find(Probe probe) throws CommandException, InterruptedException {
    int good = 0;
    int bad = last + 1;
    int dialogs = first;
    while (true) {
      boolean carried = probe.carries(dialogs);
      if (!carried) {
        carried = probe.carries(dialogs);
      }
      if (carried) {
        good = dialogs;
      } else {
        bad = dialogs;
      }
      if (bad > last ? good >= last : bad - good <= Math.max(1, precision * bad)) {
        return good;
      }
      dialogs = bad > last ? Math.min(last, (int) Math.ceil(good * STEP)) : (good + bad) / 2;
    }
  }
}
