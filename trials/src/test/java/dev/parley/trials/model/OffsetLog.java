package dev.parley.trials.model;

import java.util.ArrayList;
import java.util.List;

/** A partition of a topic: offsets that grow, not always by one; what is old may go. */
final class OffsetLog<R> {
  private final List<Entry<R>> all = new ArrayList<>();
  private long next;
  private long start;

  /** A record and where and when it stands. */
  record Entry<R>(long offset, long millis, R record) {}

  /** Appends after leaving out {@code gap} offsets. */
  Entry<R> append(R record, long millis, int gap) {
    Entry<R> entry = new Entry<>(next + gap, millis, record);
    next += gap + 1;
    all.add(entry);
    return entry;
  }

  long start() {
    return start;
  }

  long end() {
    return next;
  }

  /** What can still be read from {@code from} up to but not including {@code to}. */
  List<Entry<R>> between(long from, long to) {
    List<Entry<R>> found = new ArrayList<>();
    for (Entry<R> entry : all) {
      if (entry.offset >= Math.max(from, start) && entry.offset < to) {
        found.add(entry);
      }
    }
    return found;
  }

  /** Retention: what stands before {@code offset} can't be read any more. */
  void removeBefore(long offset) {
    start = Math.max(start, offset);
  }

  /** Everything that was ever appended. */
  List<Entry<R>> history() {
    return all;
  }
}
