package dev.parley.bench;

import dev.parley.cli.command.CommandException;

/** Searches for the most dialogs that are carried: up by a third until they are not, then halving. */
final class MostDialogs {
  /** Above this p99 a number of dialogs is not carried. */
  static final double MOST_MILLIS = 100;

  private static final double STEP = 4.0 / 3;
  private static final int LIMIT = 1_000_000;

  /** Tries a number of dialogs. */
  interface Probe {
    boolean carries(int dialogs) throws CommandException, InterruptedException;
  }

  private final int first;
  private final double precision;

  MostDialogs(int first, double precision) {
    this.first = first;
    this.precision = precision;
  }

  /** The most that were carried; 0 if not even few were. What fails is tried once more. */
  int find(Probe probe) throws CommandException, InterruptedException {
    int good = 0;
    int bad = LIMIT;
    int dialogs = first;
    while (dialogs > 0 && dialogs < LIMIT) {
      if (probe.carries(dialogs) || probe.carries(dialogs)) {
        good = dialogs;
      } else {
        bad = dialogs;
      }
      if (bad - good <= precision * bad) {
        return good;
      }
      if (bad == LIMIT) {
        dialogs = (int) Math.ceil(good * STEP);
      } else {
        dialogs = (good + bad) / 2;
      }
    }
    return good;
  }
}
