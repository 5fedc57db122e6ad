package dev.parley.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What arrived at the endpoint, and how late. One thread. */
final class Arrivals {
  private static final long MOST_MICROS = 120_000_000;
  private static final long FORGET_NANOS = 60_000_000_000L;

  /** One dialog, over all requests that brought it. */
  static final class Dialog {
    private final int number;
    private int port;
    private int uploads;
    private int arrived;
    private int next;
    private long lastNanos;

    private Dialog(int number) {
      this.number = number;
    }
  }

  /**
   * All since the mark before. Times are in microseconds.
   *
   * @param ever the chunks since the process began, each counted once
   */
  record Sum(
      long ever,
      long chunks,
      long repeated,
      long dialogs,
      long p50,
      long p99,
      long max,
      long firstP99) {}

  private final Map<Integer, Dialog> dialogs = new HashMap<>();
  private final Histogram delays = new Histogram(MOST_MICROS, 3);

  /** Of each dialog's first chunk, which comes with its request. */
  private final Histogram firsts = new Histogram(MOST_MICROS, 3);

  private @Nullable Watch watch;
  private long ever;
  private long chunks;
  private long repeated;
  private long begun;

  /** The dialog of this number, which a request by this port brings; ask once a request. */
  Dialog upload(int number, int port, long now) {
    Dialog dialog =
        dialogs.computeIfAbsent(
            number,
            _ -> {
              begun++;
              return new Dialog(number);
            });
    dialog.port = port;
    dialog.uploads++;
    dialog.lastNanos = now;
    if (watch != null) {
      watch.upload(number);
    }
    return dialog;
  }

  /**
   * A chunk has arrived whole. One that has arrived before counts as repeated, and as nothing else.
   */
  void chunk(Dialog dialog, int port, int seq, long dueNanos, long now) {
    dialog.lastNanos = now;
    if (seq < dialog.next) {
      repeated++;
      return;
    }
    dialog.next = seq + 1;
    dialog.arrived++;
    ever++;
    chunks++;
    long micros = Math.clamp((now - dueNanos) / 1_000, 0, MOST_MICROS);
    delays.recordValue(micros);
    if (seq == 0) {
      firsts.recordValue(micros);
    }
    if (watch != null) {
      watch.chunk(dialog.number, port, dueNanos, now);
    }
  }

  /** Sums up and begins anew. */
  Sum mark(long now) {
    Sum sum =
        new Sum(
            ever,
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
    return sum;
  }

  /** From now on these turns are watched, and no others. */
  void watch(Watch next, List<Watch.Turn> turns) {
    for (Watch.Turn turn : turns) {
      Dialog dialog = dialogs.get(turn.dialog());
      if (dialog == null) {
        next.add(turn, Watch.UNKNOWN, 0, 0);
      } else {
        next.add(turn, dialog.port, dialog.arrived, dialog.uploads);
      }
    }
    watch = next;
  }
}
