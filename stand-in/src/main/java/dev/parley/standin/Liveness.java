package dev.parley.standin;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whether a client shows that it is there while it has a downchannel on a connection (C7). Time
 * counts from the first downchannel, then from each PING or {@code GET /ping}. When it is up the
 * client is asked by a PING: only one that answers, and is there, has broken the row. On the
 * connection's event loop.
 */
final class Liveness {
  private final Cic cic;
  private final ConnectionHandler of;
  private final Duration limit;
  private int downchannels;
  private Optional<ScheduledFuture<?>> due = Optional.empty();
  private long signNanos;

  Liveness(Cic cic, ConnectionHandler of) {
    this.cic = cic;
    this.of = of;
    this.limit = cic.config().judging().liveness();
  }

  /** A downchannel was opened on the connection. */
  void opened(Channel connection) {
    downchannels++;
    if (downchannels == 1) {
      signNanos = System.nanoTime();
      after(limit.toNanos(), connection);
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

  private void after(long nanos, Channel connection) {
    due =
        Optional.of(
            connection.eventLoop().schedule(() -> look(connection), nanos, TimeUnit.NANOSECONDS));
  }

  private void look(Channel connection) {
    long left = limit.toNanos() - (System.nanoTime() - signNanos);
    if (left > 0) {
      after(left, connection);
      return;
    }
    of.whenReached(connection, this::answered);
    after(limit.toNanos(), connection);
  }

  private void answered() {
    if (downchannels > 0 && System.nanoTime() - signNanos >= limit.toNanos()) {
      sign();
      ConnectionHandler.judge(
          cic,
          Row.C7,
          false,
          "neither PING nor GET /ping for "
              + limit.toMillis()
              + " ms on a connection that carries a downchannel");
    }
  }
}
