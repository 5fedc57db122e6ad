package dev.parley.dispatcher.cic;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;

/**
 * Who may open a downchannel now: so many a second, those with open turns first, else in the order
 * in which they asked. Pure: time is passed in, in nanoseconds. Not safe for use by several
 * threads.
 */
final class Pace<T> {
  /** After a pause a tenth of a second's worth may go at once. */
  private static final int BURST_PARTS = 10;

  private final long cost;
  private final long most;
  private final SequencedSet<T> urgent = new LinkedHashSet<>();
  private final SequencedSet<T> patient = new LinkedHashSet<>();
  private long credit;
  private long countedNanos;

  Pace(int perSecond, long nowNanos) {
    this.cost = TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.most = Math.max(1, perSecond / BURST_PARTS) * cost;
    this.credit = most;
    this.countedNanos = nowNanos;
  }

  /** One more who waits. */
  void ask(T who, boolean hasOpenTurns) {
    (hasOpenTurns ? urgent : patient).add(who);
  }

  /** A turn has begun for one who may be waiting. */
  void hurry(T who) {
    if (patient.remove(who)) {
      urgent.add(who);
    }
  }

  /** One who waits no longer. */
  void forget(T who) {
    urgent.remove(who);
    patient.remove(who);
  }

  int waiting() {
    return urgent.size() + patient.size();
  }

  /** Who may go now; they wait no longer. */
  List<T> due(long nowNanos) {
    credit = Math.min(most, credit + (nowNanos - countedNanos));
    countedNanos = nowNanos;
    List<T> due = new ArrayList<>();
    while (credit >= cost && waiting() > 0) {
      credit -= cost;
      Iterator<T> next = (urgent.isEmpty() ? patient : urgent).iterator();
      due.add(next.next());
      next.remove();
    }
    return due;
  }

  /** Everybody who waits; nobody does any longer. */
  List<T> all() {
    List<T> all = new ArrayList<>(urgent);
    all.addAll(patient);
    urgent.clear();
    patient.clear();
    return all;
  }

  /** How long after the last {@link #due} the next may go; the longest there is when none waits. */
  long nanosToNext() {
    return waiting() == 0 ? Long.MAX_VALUE : Math.max(0, cost - credit);
  }
}
