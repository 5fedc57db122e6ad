package dev.parley.dispatcher;

import dev.parley.protocol.record.LedgerRecord.TurnClosed;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line in the log for each turn that is closed, written when the close is settled: {@code
 * turn-closed}, then {@code key=value} pairs, always the same ones in the same order, {@code -}
 * where there is nothing to say. Ids, counts and times only.
 *
 * <p>{@link #closed} may be called from any thread and never waits. A thread of its own writes, so
 * that a slow reader of the log keeps no turn waiting; what it can't keep up with is left out, and
 * how many these were is told.
 */
final class ClosedTurnLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClosedTurnLog.class);
  private static final int MOST_WAITING = 4_096;
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

  private final LoggedTurns which;
  private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final AtomicLong leftOut = new AtomicLong();
  private final Thread writer;
  private volatile boolean closing;

  ClosedTurnLog(LoggedTurns which) {
    this.which = which;
    this.writer = Thread.ofVirtual().name("closed-turns").start(this::write);
  }

  /** The turn is closed, by the ledger's word. */
  void closed(TurnClosed turn) {
    if (which.has(turn.status()) && !waiting.offer(() -> log.info("{}", line(turn)))) {
      leftOut.incrementAndGet();
    }
  }

  /** The line of a turn. */
  static String line(TurnClosed turn) {
    Map<String, Long> times = turn.times();
    Map<String, Long> counts = turn.counts();
    StringBuilder line = new StringBuilder(400).append("turn-closed");
    pair(line, "device", turn.turn().device());
    pair(line, "dialog", turn.turn().dialog());
    pair(line, "message", turn.turn().message());
    pair(line, "status", turn.status());
    pair(line, "reason", turn.reason());
    pair(line, "attempt", turn.attempt());
    pair(line, "begun", times.containsKey("begun") ? instant(times.get("begun")) : "-");
    // From Kafka's clock to ours.
    pair(line, "waited-ms", between(times, "heard", "begun"));
    since(line, "requested-ms", times, "requested");
    since(line, "first-audio-ms", times, "firstAudio");
    since(line, "stop-capture-ms", times, "stopCapture");
    since(line, "sent-ms", times, "sent");
    since(line, "first-directive-ms", times, "firstDirective");
    since(line, "closed-ms", times, "closed");
    pair(line, "chunks", counts.getOrDefault("audioChunks", 0L));
    pair(line, "audio-s", seconds(counts.getOrDefault("audioBytes", 0L)));
    pair(line, "directives", counts.getOrDefault("directives", 0L));
    pair(line, "attachments", counts.getOrDefault("attachments", 0L));
    return line.toString();
  }

  private static void pair(StringBuilder line, String key, Object value) {
    line.append(' ').append(key).append('=').append(value);
  }

  private static void since(StringBuilder line, String key, Map<String, Long> times, String what) {
    pair(line, key, between(times, "begun", what));
  }

  private static String between(Map<String, Long> times, String from, String to) {
    Long began = times.get(from);
    Long ended = times.get(to);
    return began == null || ended == null ? "-" : Long.toString(ended - began);
  }

  private static String instant(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }

  /** Of 16 kHz, 16 bit, mono. */
  private static String seconds(long bytes) {
    long tenths = Math.round(bytes / 3_200.0);
    return tenths / 10 + "." + tenths % 10;
  }

  private void write() {
    try {
      while (!closing || !waiting.isEmpty()) {
        write(waiting.take());
        tellLeftOut();
      }
    } catch (InterruptedException e) {
      // Closed, and nobody waits any longer.
    }
  }

  private void write(Runnable line) {
    try {
      line.run();
    } catch (RuntimeException | Error e) {
      leftOut.incrementAndGet(); // The logging itself is broken; later lines may fare better.
    }
  }

  private void tellLeftOut() {
    long missing = leftOut.getAndSet(0);
    if (missing > 0) {
      try {
        log.warn("{} closed turns have no line here: the log is written too slowly", missing);
      } catch (RuntimeException | Error e) {
        leftOut.addAndGet(missing); // Told with the next line.
      }
    }
  }

  /** Writes what waits, within two seconds. */
  @Override
  public void close() {
    closing = true;
    boolean _ = waiting.offer(() -> {});
    try {
      if (!writer.join(CLOSE_WITHIN)) {
        writer.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
