package dev.parley.standin;

import java.time.Duration;

/**
 * The times by which clients are judged; each is generous, so that a breach is the client's own.
 * RATIONALE.md has the reasons.
 *
 * @param openWindow within this time of one downchannel's opening another of the same client is
 *     refused with 429 (C4)
 * @param singleFlight within this time of one downchannel's opening, and before its Hello, another
 *     of the same client is a breach: opens are single-flight (C4)
 * @param liveness how long a connection that carries a downchannel may be without PING and {@code
 *     GET /ping} (C7); then each further such time is another breach
 * @param stopWithin how long after StopCapture the request may go on (C21)
 */
public record Judging(
    Duration openWindow, Duration singleFlight, Duration liveness, Duration stopWithin) {
  /** 429 within 100 ms, single-flight for 2 s, a PING every 60 s and 15 s more, an end in 3 s. */
  public static final Judging DEFAULT =
      new Judging(
          Duration.ofMillis(100),
          Duration.ofSeconds(2),
          Duration.ofSeconds(75),
          Duration.ofSeconds(3));

  public Judging {
    if (openWindow.isNegative() || singleFlight.isNegative() || stopWithin.isNegative()) {
      throw new IllegalArgumentException("times must not be negative");
    }
    if (liveness.toMillis() < 1) {
      throw new IllegalArgumentException("liveness must be at least 1 ms: " + liveness);
    }
  }

  public Judging withOpenWindow(Duration other) {
    return new Judging(other, singleFlight, liveness, stopWithin);
  }

  public Judging withSingleFlight(Duration other) {
    return new Judging(openWindow, other, liveness, stopWithin);
  }

  public Judging withLiveness(Duration other) {
    return new Judging(openWindow, singleFlight, other, stopWithin);
  }

  public Judging withStopWithin(Duration other) {
    return new Judging(openWindow, singleFlight, liveness, other);
  }
}
