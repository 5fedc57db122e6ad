package dev.parley.standin;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whether a client shows that it is there while it has a downchannel on a connection (C7). Time
 * counts from the first downchannel, then from each PING or {@code GET /ping}; whenever it is up, a
 * breach is noted and it counts anew. On the connection's event loop.
 */
final class Liveness {
  private final Cic cic;
  private final Duration limit;
  private int downchannels;
  private Optional<ScheduledFuture<?>> due = Optional.empty();
  private long signNanos;

  Liveness(Cic cic) {
    this.cic = cic;
    this.limit = cic.config().judging().liveness();
  }

  /** A downchannel was opened on the connection. */
  void opened(EventLoop loop) {
    downchannels++;
    if (downchannels == 1) {
      signNanos = System.nanoTime();
      after(limit.toNanos(), loop);
    }
  }

  /** A downchannel of the connection is gone. */
  void closed() {
    downchannels--;
    if (downchannels == 0) {
      due.ifPresent(timer -> timer.cancel(false));
      due = Optional.empty();
    }
  }

  /** A PING or {@code GET /ping} came. */
  void sign() {
    signNanos = System.nanoTime();
  }

  private void after(long nanos, EventLoop loop) {
    due = Optional.of(loop.schedule(() -> look(loop), nanos, TimeUnit.NANOSECONDS));
  }

  private void look(EventLoop loop) {
    long now = System.nanoTime();
    if (now - signNanos >= limit.toNanos()) {
      ConnectionHandler.judge(
          cic,
          Row.C7,
          false,
          "neither PING nor GET /ping for "
              + limit.toMillis()
              + " ms on a connection that carries a downchannel");
      signNanos = now;
    }
    after(limit.toNanos() - (now - signNanos), loop);
  }
}
