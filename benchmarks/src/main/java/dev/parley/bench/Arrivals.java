package dev.parley.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What arrived at the endpoint, and how late. One thread. */
final class Arrivals {
  private static final long MOST_MICROS = 120_000_000;
  private static final long FORGET_NANOS = 60_000_000_000L;

  /** One dialog, over all requests that brought it. */
  static final class Dialog {
    private final long firstNanos;
    private long lastNanos;
    private long worstNanos;
    private long worstAtNanos;
    private int next;

    private Dialog(long now) {
      this.firstNanos = now;
    }
  }

  /**
   * How late a dialog's latest chunk was.
   *
   * @param firstNanos when its first chunk ever arrived
   * @param worstNanos by how much its latest chunk was late
   * @param worstAtNanos when that one arrived
   */
  record Lateness(long firstNanos, long worstNanos, long worstAtNanos) {}

  /** All since the mark before. Times are in microseconds. */
  record Sum(
      long chunks, long repeated, long dialogs, long p50, long p99, long max, long firstP99) {}

  private final Map<Integer, Dialog> dialogs = new HashMap<>();
  private final Histogram delays = new Histogram(MOST_MICROS, 3);

  /** Of each dialog's first chunk, which comes with its request. */
  private final Histogram firsts = new Histogram(MOST_MICROS, 3);

  private long chunks;
  private long repeated;
  private long begun;

  /** The dialog of this number; ask once a request, not once a chunk. */
  Dialog dialog(int number, long now) {
    return dialogs.computeIfAbsent(
        number,
        _ -> {
          begun++;
          return new Dialog(now);
        });
  }

  /**
   * A chunk has arrived whole. One that has arrived before counts as repeated, and as nothing else.
   */
  void chunk(Dialog dialog, int seq, long dueNanos, long now) {
    dialog.lastNanos = now;
    if (seq < dialog.next) {
      repeated++;
      return;
    }
    dialog.next = seq + 1;
    chunks++;
    long late = Math.max(0, now - dueNanos);
    long micros = Math.min(MOST_MICROS, late / 1_000);
    delays.recordValue(micros);
    if (seq == 0) {
      firsts.recordValue(micros);
    }
    if (late > dialog.worstNanos) {
      dialog.worstNanos = late;
      dialog.worstAtNanos = now;
    }
  }

  /** Sums up and begins anew. */
  Sum mark(long now) {
    Sum sum =
        new Sum(
            chunks,
            repeated,
            begun,
            delays.getValueAtPercentile(50),
            delays.getValueAtPercentile(99),
            delays.getMaxValue(),
            firsts.getValueAtPercentile(99));
    delays.reset();
    firsts.reset();
    chunks = 0;
    repeated = 0;
    begun = 0;
    dialogs.values().removeIf(dialog -> now - dialog.lastNanos > FORGET_NANOS);
    dialogs.values().forEach(dialog -> dialog.worstNanos = 0);
    return sum;
  }

  /** The dialogs that had a chunk at least this late since the mark. */
  List<Lateness> late(long atLeastNanos) {
    List<Lateness> late = new ArrayList<>();
    for (Dialog dialog : dialogs.values()) {
      if (dialog.worstNanos >= atLeastNanos) {
        late.add(new Lateness(dialog.firstNanos, dialog.worstNanos, dialog.worstAtNanos));
      }
    }
    return late;
  }
}
